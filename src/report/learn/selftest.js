// The page recomputes every word of the headers that hashjoule explained, and compares.

// Pairs of (computed, given) for one document of `hashjoule explain --json`.
function* comparisons(given) {
  const mine = derive(fromHex(given.header_hex));
  for (const [ours, theirs] of [[mine.first, given.first_chunk], [mine.second, given.second_chunk], [mine.last, given.second_hash]]) {
    for (const key of ["before", "w", "after"]) for (const i of ours[key].keys()) yield [hex32(ours[key][i]), theirs[key][i]];
    for (const t of ours.rounds.keys()) for (const i of ours.rounds[t].keys()) yield [hex32(ours.rounds[t][i]), theirs.rounds[t][i]];
  }
  const flags = (list) => list.map((flag) => (flag ? "1" : "0")).join("");
  yield [flags(TOUCHED.w), given.nonce_touches.w];
  for (const t of TOUCHED.rounds.keys()) yield [flags(TOUCHED.rounds[t]), given.nonce_touches.rounds[t]];
  for (const field of FIELDS) {
    const bytes = mine.bytes.slice(field.at, field.at + field.length);
    yield [hexBytes(bytes), given.fields.find(({ offset_bytes }) => offset_bytes === field.at)?.wire_hex];
  }
  for (const { version, midstate } of given.rolled_midstates) yield [midstateOf(mine.bytes, version), midstate.join("")];
  yield [hexBytes(mine.digest), given.digest_hex];
  yield [hex256(mine.hash), given.hash];
  yield [hex256(mine.target), given.target.target_hex];
  yield [hex32(mine.last.rounds[given.early_exit.round][4]), given.early_exit.e];
  yield [String(mine.isBlock), String(given.meets_target)];
}

function midstateOf(bytes, version) {
  const rolled = withBytes(bytes, 0, fromHex(version).reverse());
  return Array.from(Sha256.trace(Sha256.IV, Sha256.firstBlock(rolled)).after, hex32).join("");
}

function selfTest() {
  let [same, different] = [0, 0];
  for (const { explained } of DATA.examples) for (const [ours, theirs] of comparisons(explained)) ours === theirs ? same++ : different++;
  const node = $("selftest");
  const passed = different === 0 && same > 0;
  node.dataset.selftest = passed ? "passed" : "failed";
  node.dataset.compared = same + different;
  node.className = passed ? "good" : "bad";
  node.textContent = passed
    ? `Self-check passed: this page computed ${same.toLocaleString("en")} words of ${DATA.examples.length} headers by itself, and each equals what hashjoule computed.`
    : `Self-check FAILED: ${different.toLocaleString("en")} of ${(same + different).toLocaleString("en")} words differ from what hashjoule computed. Do not trust this page.`;
}
