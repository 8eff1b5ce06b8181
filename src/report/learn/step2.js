// Step 2: the first chunk and the midstate. Step 3: the second chunk.

// The field that the word's first byte belongs to, for its colour.
const kindOf = (word) => fieldAt(4 * word)?.key ?? "pad";

function tryNonces(count) {
  for (let i = 0; i < count; i++) {
    const nonce = (number32(lesson.now.bytes, 76) + 1) >>> 0;
    if (i < count - 1) lesson.now = derive(withNonce(lesson.now.bytes, nonce));
    else showHeader(withNonce(lesson.now.bytes, nonce));
  }
}

onHeader((now) => {
  const boxes = (words, kind) => Array.from(words, (word, i) => cell(hex32(word), kind(i)));
  $("iv").replaceChildren(...boxes(now.first.before, () => "pad"));
  $("first-block").replaceChildren(...boxes(now.first.w.slice(0, 16), kindOf));
  $("midstate-2").replaceChildren(...boxes(now.first.after, () => "mid"));
  const saved = 64 * (memory.headers - memory.midstates);
  $("tally").textContent =
    `Since you opened this page: ${memory.headers.toLocaleString("en")} ${memory.headers === 1 ? "header" : "headers"} tried, the first chunk hashed ` +
    `${memory.midstates.toLocaleString("en")} ${memory.midstates === 1 ? "time" : "times"}, ${saved.toLocaleString("en")} rounds saved.`;
});

$("next-nonce").addEventListener("click", () => tryNonces(1));
$("next-hundred").addEventListener("click", () => tryNonces(100));

// Step 3.
const changedWords = (now, before) => Array.from(now, (word, i) => Boolean(before) && before[i] !== word);
const many = (flags) => flags.filter(Boolean).length;

function showChanges(changedMid, changedSchedule, before) {
  $("changes").textContent = before
    ? `Your last step changed ${many(changedMid)} of 8 midstate words and ${many(changedSchedule)} of 64 schedule words.`
    : "Press a button and see what moves.";
}

onHeader((now, before) => {
  const mid = changedWords(now.first.after, before?.first.after);
  const schedule = changedWords(now.second.w, before?.second.w);
  const changed = (flag) => (flag ? "changed" : "");
  $("midstate-3").replaceChildren(...Array.from(now.first.after, (word, i) => cell(hex32(word), `mid ${changed(mid[i])}`)));
  $("schedule").replaceChildren(...Array.from(now.second.w, (word, t) => {
    const kind = t < 4 ? kindOf(16 + t) : "pad";
    return cell(hex32(word), `${kind} ${TOUCHED.w[t] ? "touched" : ""} ${changed(schedule[t])}`, `W${t}`);
  }));
  showChanges(mid, schedule, before);
});

$("nonce-up").addEventListener("click", () => tryNonces(1));
$("roll").addEventListener("click", () => {
  const version = rolledVersion(number32(lesson.now.bytes, 0));
  showHeader(withBytes(lesson.now.bytes, 0, little(version)));
});
