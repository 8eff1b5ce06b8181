// Step 6: mine with workers, made from a text of this page.

const mining = { workers: [], hashes: 0, since: 0, rate: 0, bytes: null, target: null, url: null };

const easyTarget = (zeros) => decodeBits(encodeBits((1n << BigInt(256 - zeros)) - 1n)).target;

function startMining() {
  stopMining();
  mining.target = easyTarget(Number($("zeros").value));
  mining.bytes = withBytes(lesson.now.bytes, 72, little(encodeBits(mining.target)));
  [mining.hashes, mining.since] = [0, performance.now()];
  mining.url ??= URL.createObjectURL(new Blob([$("worker").textContent], { type: "text/javascript" }));
  const stride = Math.max(1, Math.min(64, Math.floor(Number($("workers").value)) || 1));
  mining.workers = Array.from({ length: stride }, (_, first) => startWorker(first, stride));
  $("found").replaceChildren();
  $("mine").textContent = "Stop";
}

function startWorker(first, stride) {
  const worker = new Worker(mining.url);
  worker.onmessage = ({ data }) => hear(data);
  worker.postMessage({ header: mining.bytes, topWord: Number(mining.target >> 224n), first, stride });
  return worker;
}

function stopMining() {
  mining.workers.forEach((worker) => worker.terminate());
  mining.workers = [];
  $("mine").textContent = "Mine";
}

function hear({ hashes, nonce, exhausted }) {
  if (!mining.workers.length) return;
  if (hashes) mining.hashes += hashes;
  showLive();
  if (nonce !== undefined) judge(nonce);
  else if (exhausted) nextSecond();
}

// All nonces of this header are tried: the clock has moved on, so there is a new header.
function nextSecond() {
  stopMining();
  const time = number32(mining.bytes, 68) + 1;
  showHeader(withBytes(lesson.now.bytes, 68, little(time)));
  startMining();
}

// The page hashes the header again with its own plain code before it believes the worker.
function judge(nonce) {
  const solved = derive(withNonce(mining.bytes, nonce));
  if (!solved.isBlock) return;
  stopMining();
  showLive();
  const header = hexBytes(solved.bytes);
  $("found").dataset.header = header;
  $("found").replaceChildren(
    make("p", {}, make("strong", { class: "verdict good" }, `Nonce ${nonce.toLocaleString("en")} does it.`), " Hashed again by this page:"),
    make("p", { class: "hex" }, hex256(solved.hash)),
    make("p", {}, "The solved header, to check elsewhere:"),
    make("p", { class: "hex command" }, `hashjoule explain ${header}`),
  );
}

function showLive() {
  const seconds = (performance.now() - mining.since) / 1000;
  if (mining.workers.length && mining.hashes && seconds > 0.2) mining.rate = mining.hashes / seconds;
  const expected = expectedHashes(easyTarget(Number($("zeros").value)));
  facts($("live"), [
    ["Rate", mining.rate ? si(mining.rate, "H/s") : "not measured yet"],
    ["Tried", count(mining.hashes)],
    ["One hash in", count(expected)],
    ["On average", mining.rate ? duration(expected / mining.rate) : "–"],
  ]);
  showLadder();
}

const showZeros = () => {
  $("zeros-out").textContent = $("zeros").value;
  showLive();
};
$("workers").value = Math.max(1, Math.min(8, navigator.hardwareConcurrency || 2));
$("zeros").addEventListener("input", showZeros);
$("mine").addEventListener("click", () => (mining.workers.length ? stopMining() : startMining()));
addEventListener("pagehide", stopMining);
