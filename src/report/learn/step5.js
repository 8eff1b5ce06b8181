// Step 5: the second hash, turned round, against a target.

const aim = { target: null };

// 2^x as a target, cut to what nBits can hold; 256 is the largest target.
function targetAt(x) {
  if (x >= 256) return MAX;
  const whole = Math.floor(x);
  const scaled = BigInt(Math.round(2 ** (x - whole + 52)));
  const number = whole >= 52 ? scaled << BigInt(whole - 52) : scaled >> BigInt(52 - whole);
  return decodeBits(encodeBits(number < 1n ? 1n : number)).target;
}

const zeroKind = (bytes, i) => (bytes.slice(0, i + 1).every((byte) => byte === 0) ? "zero" : "");

function showDigest(now) {
  const turned = now.digest.slice().reverse();
  const boxes = (bytes, kind) => Array.from(bytes, (byte, i) => cell(hexBytes([byte]), kind(i)));
  $("digest").replaceChildren(...boxes(now.digest, (i) => zeroKind(turned, 31 - i)));
  $("reversed").replaceChildren(...boxes(turned, (i) => zeroKind(turned, i)));
}

const power = (bits) => (bits === 0 ? "1" : `2${String(bits).replace(/./g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit])}`);

// The axis, what is allowed, the target and the hash.
function drawScale(hashAt, aimAt, good) {
  const x = (bits) => 20 + (bits / 256) * 960;
  const tick = (bits) => [
    draw("line", { x1: x(bits), x2: x(bits), y1: 74, y2: 82, class: "axis" }),
    draw("text", { x: x(bits), y: 104, class: "tick", "text-anchor": bits < 256 ? "middle" : "end" }, power(bits)),
  ];
  const side = (bits) => (bits < 34 ? "start" : bits > 222 ? "end" : "middle");
  $("scale").replaceChildren(
    draw("rect", { x: x(0), y: 60, width: x(aimAt) - x(0), height: 14, class: "allowed" }),
    draw("line", { x1: x(0), x2: x(256), y1: 74, y2: 74, class: "axis" }),
    ...[0, 32, 64, 96, 128, 160, 192, 224, 256].flatMap(tick),
    draw("line", { x1: x(aimAt), x2: x(aimAt), y1: 54, y2: 80, class: "aim" }),
    draw("text", { x: x(aimAt), y: 126, class: "name aim", "text-anchor": side(aimAt) }, "target"),
    draw("circle", { cx: x(hashAt), cy: 67, r: 8, class: good ? "good" : "bad" }),
    draw("text", { x: x(hashAt), y: 40, class: "name", "text-anchor": side(hashAt) }, "this hash"),
  );
  const text = `The hash is about 2 to the ${hashAt.toFixed(1)}, the target about 2 to the ${aimAt.toFixed(1)}.`;
  $("scale").setAttribute("aria-label", text);
}

function showAim() {
  const { hash } = lesson.now;
  const good = hash <= aim.target;
  const at = log2(aim.target);
  drawScale(log2(hash), at, good);
  $("target").value = at;
  $("target").setAttribute("aria-valuetext", `2 to the ${at.toFixed(1)}`);
  facts($("target-facts"), [
    ["Target", make("span", { class: "hex" }, hex256(aim.target))],
    ["nBits", make("span", { class: "hex" }, hex32(encodeBits(aim.target)))],
    ["Difficulty", difficultyOf(aim.target) >= 1 ? count(difficultyOf(aim.target)) : difficultyOf(aim.target).toPrecision(3)],
    ["One hash in", count(expectedHashes(aim.target))],
  ]);
  setVerdict($("verdict-5"), good, good ? "The hash does not exceed this target." : "The hash exceeds this target.");
}

function showEarlyExit(now) {
  const e = now.last.rounds[60][4];
  const word = now.last.after[7];
  const part = (value, name, kind) => make("div", {}, cell(value, kind), make("small", {}, name));
  $("early-exit").replaceChildren(
    part(hex32(e), "e after round 60", "e"), make("b", {}, "+"), part(hex32(Sha256.IV[7]), "last word of the IV", "pad"),
    make("b", {}, "="), part(hex32(word), "last word that comes out", "e"), make("b", {}, "→"),
    part(hexBytes(little(word)), "its bytes turned round: the hash begins so", zeroKind([word], 0)),
  );
}

function showSavings({ operations_plain, operations_from_midstate, operations_one_version, rolling }) {
  const most = rolling[rolling.length - 1];
  const rows = [
    ["Three compressions for each nonce", operations_plain],
    ["Two: the midstate is kept", operations_from_midstate],
    ["Known words left out, ended after round 60", operations_one_version],
    [`One schedule for ${most.versions} versions`, Math.round(most.operations)],
  ];
  $("savings").replaceChildren(...rows.flatMap(([name, operations]) => [
    make("span", {}, name),
    draw("svg", { "aria-hidden": "true" }, draw("rect", { width: `${(100 * operations) / operations_plain}%`, height: "100%", rx: 3 })),
    make("b", {}, operations.toLocaleString("en")),
  ]));
}

$("target").addEventListener("input", () => {
  aim.target = targetAt(Number($("target").value));
  showAim();
});
$("target-reset").addEventListener("click", () => {
  aim.target = lesson.now.target ?? MAX;
  showAim();
});
onHeader((now, before) => {
  if (!before || before.bits !== now.bits || aim.target === null) aim.target = now.target ?? aim.target ?? MAX;
  showDigest(now);
  showAim();
  showEarlyExit(now);
});
showSavings(DATA.examples[0].explained.savings);
