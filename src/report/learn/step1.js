// Step 1: the fields, their bytes, the hash.

const inputs = new Map();

function makeField(field) {
  const input = make("input", {
    id: `field-${field.key}`, class: "hex", autocomplete: "off", spellcheck: "false", "aria-describedby": `note-${field.key}`,
    inputmode: field.reads === "number" ? "numeric" : undefined,
    maxlength: field.reads === "hex" ? 2 * field.length : 10,
  });
  const note = make("p", { class: "note", id: `note-${field.key}` });
  const wire = make("p", { class: "wire hex" });
  input.addEventListener("input", () => edit(field));
  inputs.set(field.key, { input, note, wire });
  const label = make("label", { for: input.id }, field.name, make("small", {}, field.about));
  return make("div", { class: `field ${field.key}` }, label, make("div", {}, input, wire, note));
}

function edit(field) {
  const { input, note } = inputs.get(field.key);
  const { bytes, fault } = writeField(input.value, field);
  input.setAttribute("aria-invalid", String(Boolean(fault)));
  note.textContent = fault ?? "";
  if (bytes) showHeader(withBytes(lesson.now.bytes, field.at, bytes));
}

// What a field says beyond its digits.
function remark(field, now) {
  if (field.key === "time") return dateOf(number32(now.bytes, field.at));
  if (field.key === "bits") return now.fault ?? "";
  if (field.key !== "version") return "";
  const version = number32(now.bytes, field.at);
  if (version >>> 29 !== 1) return "not a BIP9 version: just a number";
  return `rolling bits (BIP320) set: ${hex32(version & 0x1fffe000)}`;
}

function showField(field, now) {
  const { input, note, wire } = inputs.get(field.key);
  if (document.activeElement !== input) input.value = readField(now.bytes, field);
  input.setAttribute("aria-invalid", String(field.key === "bits" && Boolean(now.fault)));
  note.textContent = remark(field, now);
  wire.textContent = `on the wire ${hexBytes(now.bytes.slice(field.at, field.at + field.length))}`;
}

function showBytes(now, before) {
  const cells = Array.from(now.bytes, (byte, i) => {
    const changed = before && before.bytes[i] !== byte ? "changed" : "";
    return cell(hexBytes([byte]), `${fieldAt(i).key} ${changed}`);
  });
  const chunk = (from, to, name) => make("div", { class: "chunk", "data-name": name }, ...cells.slice(from, to));
  $("bytes").replaceChildren(chunk(0, 64, "first chunk"), chunk(64, 80, "second chunk"));
  $("bytes").setAttribute("aria-label", `The 80 bytes: ${hexBytes(now.bytes)}`);
}

function showVerdict(now) {
  $("hash-1").textContent = hex256(now.hash);
  const text = now.fault ? "nBits holds no target" : now.isBlock ? "below its target: a block" : "above its target: no block";
  setVerdict($("verdict-1"), now.isBlock, text);
}

$("fields").append(...FIELDS.map(makeField));
onHeader((now, before) => {
  FIELDS.forEach((field) => showField(field, now));
  showBytes(now, before);
  showVerdict(now);
});
