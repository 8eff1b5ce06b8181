// The ladder: your browser beside machines of every age, on one axis of rates, and the years for a block.

const { rungs, difficulties } = DATA.ladder;

// Machines that hashjoule measured and that were put on this page with `report --learn RECORD`.
const MACHINES = DATA.machines.map(({ name, configuration, hashes_per_second, joules_per_hash: joules }) =>
  ({ name: configuration ? `${name}, ${configuration}` : name, own: true, hashes_per_second, joules_per_hash: joules?.median, known: joules?.provenance }));

const S9 = rungs.find(({ id }) => id === "antminer-s9-13.5");
const number = (id) => (Number($(id).value) > 0 ? Number($(id).value) : undefined);

// Your own rungs come first. Their joules are known only when you say the watts.
function ownRungs() {
  const watts = number("watts");
  const own = (name, rate) => ({ name, own: true, hashes_per_second: rate, joules_per_hash: watts && rate ? watts / rate : undefined, known: "declared" });
  const native = number("native");
  return [
    ...MACHINES,
    ...(mining.rate ? [own("Your browser, measured", mining.rate)] : []),
    ...(native ? [own("hashjoule, as you typed", native * 1e6)] : []),
  ];
}

const DECADES = [4, 21];
const MARKS = [1e6, 1e9, 1e12, 1e15, 1e18];
const place = (rate) => (100 * (Math.log10(rate) - DECADES[0])) / (DECADES[1] - DECADES[0]);

function track(rate, own) {
  const dot = draw("circle", { cx: `${place(rate)}%`, cy: "50%", r: own ? 6 : 4.5, class: own ? "own" : "dot" });
  const marks = MARKS.map((mark) => draw("line", { x1: `${place(mark)}%`, x2: `${place(mark)}%`, y1: "30%", y2: "70%" }));
  return draw("svg", { class: "track", "aria-hidden": "true" }, draw("line", { x1: "0", x2: "100%", y1: "50%", y2: "50%" }), ...marks, dot);
}

const joules = (rung) => (rung.joules_per_hash ? `${count(Number((rung.joules_per_hash * 1e12).toPrecision(2))).replace(".00", "")}` : rung.own ? "unknown" : "–");

function row(rung, hashes) {
  return make("tr", { class: rung.own ? "own" : "", title: rung.source },
    make("th", { scope: "row" }, rung.name, make("small", {}, rung.released ? ` ${rung.released.slice(0, 4)}` : "")),
    make("td", { class: "picture" }, track(rung.hashes_per_second, rung.own)),
    make("td", {}, si(rung.hashes_per_second, "H/s")),
    make("td", {}, joules(rung), rung.joules_per_hash && rung.known ? make("small", {}, ` ${rung.known}`) : ""),
    make("td", {}, duration(hashes / rung.hashes_per_second)));
}

function showEqual() {
  const rate = Math.max(0, ...ownRungs().map((rung) => rung.hashes_per_second));
  $("equal").textContent = rate
    ? `At ${si(rate, "H/s")} your computer would equal an Antminer S9, joule for joule, if it drew ${si(rate * S9.joules_per_hash, "W")}.`
    : "Mine a little, and your browser appears here.";
}

function showLadder() {
  const era = difficulties[$("when").selectedIndex] ?? difficulties[0];
  const { target } = decodeBits(parseInt(era.bits_hex, 16));
  const network = { name: "The whole network then", hashes_per_second: era.network_hashes_per_second };
  const all = [...ownRungs(), ...rungs, network].sort((a, b) => a.hashes_per_second - b.hashes_per_second);
  const head = ["Machine", "10 kH/s to 1 ZH/s, each mark ×1000", "Rate", "J/TH", "One block alone"].map((text) => make("th", { scope: "col" }, text));
  $("ladder").replaceChildren(make("table", {},
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...all.map((rung) => row(rung, expectedHashes(target))))));
  showEqual();
}

$("when").append(...difficulties.map(({ date, difficulty }, i) =>
  make("option", { selected: i === 1 }, `${date}: ${count(difficulty)}`)));
for (const id of ["when", "native", "watts"]) $(id).addEventListener("input", showLadder);
