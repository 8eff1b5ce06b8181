// Step 4: the rounds, as a carpet of bits and one round in full.

const PASSES = { second: "second chunk", first: "first chunk", last: "second hash" };
const rounds = { pass: "second", view: "bits", shown: 3 };
const LETTERS = "abcdefgh";

// What is drawn: the bits themselves, or where they differ from the same header with the next nonce.
function drawnRounds() {
  const own = lesson.now[rounds.pass];
  if (rounds.view === "bits") return own.rounds;
  const next = derive(withNonce(lesson.now.bytes, (number32(lesson.now.bytes, 76) + 1) >>> 0));
  memory.headers--;
  return own.rounds.map((state, t) => state.map((word, i) => word ^ next[rounds.pass].rounds[t][i]));
}

// One column a round; a's 32 bits above, e's below, with a gap between.
function drawCarpet() {
  const canvas = $("carpet");
  const context = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const ink = { 0: style.getPropertyValue("--a-ink"), 4: style.getPropertyValue("--e-ink") };
  context.clearRect(0, 0, 64, 65);
  const drawn = drawnRounds();
  let lit = 0;
  drawn.forEach((state, t) => {
    for (const [i, top] of [[0, 0], [4, 33]]) {
      context.fillStyle = ink[i];
      for (let bit = 0; bit < 32; bit++) {
        if ((state[i] >>> (31 - bit)) & 1) (context.fillRect(t, top + bit, 1, 1), lit++);
      }
    }
  });
  describeCarpet(lit);
}

function describeCarpet(lit) {
  const what = rounds.view === "bits" ? "bits that are one" : "bits that differ from the same header with nonce + 1";
  const none = lit === 0 ? " There are none: the nonce is not in this chunk." : "";
  const text = `From left to right the 64 rounds of the ${PASSES[rounds.pass]}; above the 32 bits of a, below those of e. Filled: ${what}.${none}`;
  $("carpet").setAttribute("aria-label", text);
  $("carpet-caption").textContent = text;
}

// A word as 32 small squares.
function bitRow(word, ink) {
  let path = "";
  for (let bit = 0; bit < 32; bit++) if ((word >>> (31 - bit)) & 1) path += `M${bit} 0h.86v1h-.86z`;
  const empty = Array.from({ length: 32 }, (_, bit) => `M${bit} 0h.86v1h-.86z`).join("");
  return draw("svg", { viewBox: "0 0 32 1", preserveAspectRatio: "none", class: "bits", "aria-hidden": "true" },
    draw("path", { d: empty, class: "empty" }), draw("path", { d: path, class: ink }));
}

const line = (name, word, ink, { under = "", beside = "" } = {}) =>
  make("tr", {}, make("th", { scope: "row" }, name),
    make("td", {}, bitRow(word, ink), under ? make("small", {}, under) : ""),
    make("td", { class: "hex" }, hex32(word)),
    make("td", { class: "why" }, beside));

function wordsTable(title, words, notes) {
  const rows = Array.from(words, (word, i) => line(LETTERS[i], word, i === 0 ? "a" : i === 4 ? "e" : "plain", { beside: notes?.[i] }));
  return make("table", { class: "letters" }, make("caption", {}, title), make("tbody", {}, ...rows));
}

function mixTable(before, t, w) {
  const mixed = Sha256.round(before, Sha256.K[t], w);
  const rows = [
    line("Σ1(e)", mixed.Sigma1, "e", { under: "e turned by 6, 11, 25, xored" }),
    line("Ch(e,f,g)", mixed.Ch, "e", { under: "where e is 1 take f, else g" }),
    line("K", Sha256.K[t], "plain", { under: `constant ${t}` }),
    line("W", w, "nonce", { under: `schedule word ${t}` }),
    line("T1", mixed.T1, "e", { under: "h + the four above" }),
    line("Σ0(a)", mixed.Sigma0, "a", { under: "a turned by 2, 13, 22, xored" }),
    line("Maj(a,b,c)", mixed.Maj, "a", { under: "what two of the three say" }),
    line("T2", mixed.T2, "a", { under: "the two above" }),
  ];
  return make("table", { class: "mix" }, make("caption", {}, `Round ${t} mixes`), make("tbody", {}, ...rows));
}

const AFTER = ["T1 + T2", "was a", "was b", "was c", "d + T1", "was e", "was f", "was g"];

function showRound() {
  const { shown: t, pass } = rounds;
  const trace = lesson.now[pass];
  const before = t === 0 ? trace.before : trace.rounds[t - 1];
  const start = { first: "from the IV", second: "from the midstate", last: "from the IV" }[pass];
  $("round-box").replaceChildren(
    wordsTable(t === 0 ? `Before round 0, ${start}` : `Before round ${t}`, before),
    mixTable(before, t, trace.w[t]),
    wordsTable(`After round ${t}`, trace.rounds[t], AFTER),
  );
  $("here").style.left = `${(100 * t) / 64}%`;
  $("round").value = t;
  $("round").setAttribute("aria-valuetext", `round ${t} of the ${PASSES[pass]}`);
}

function pointAt(event) {
  const box = $("carpet").getBoundingClientRect();
  rounds.shown = Math.max(0, Math.min(63, Math.floor(((event.clientX - box.left) / box.width) * 64)));
  showRound();
}

choices($("passes"), "pass", Object.entries(PASSES).map(([value, label]) => ({ value, label })), (pass) => {
  rounds.pass = pass;
  (drawCarpet(), showRound());
});
choices($("views"), "view", [{ value: "bits", label: "bits" }, { value: "difference", label: "difference to nonce + 1" }], (view) => {
  rounds.view = view;
  drawCarpet();
});
$("round").addEventListener("input", () => {
  rounds.shown = Number($("round").value);
  showRound();
});
$("carpet").addEventListener("pointerdown", pointAt);
$("carpet").addEventListener("pointermove", (event) => event.buttons && pointAt(event));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawCarpet);
onHeader(() => (drawCarpet(), showRound()));
