// The page's own state, and small tools for making elements.

const DATA = JSON.parse(document.getElementById("hj-data").textContent);
const $ = (id) => document.getElementById(id);

// An element with attributes and children; text stays text.
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  setAll(node, attributes);
  node.append(...children);
  return node;
}

// The same for a picture.
function draw(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAll(node, attributes);
  node.append(...children);
  return node;
}

function setAll(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
}

// A word or a byte in its own box. `kinds` say what it is, `label` numbers it.
const cell = (text, kinds = "", label) => make("span", { class: `cell ${kinds}`, "data-n": label }, text);

const facts = (list, pairs) =>
  list.replaceChildren(...pairs.map(([name, ...value]) => make("div", {}, make("dt", {}, name), make("dd", {}, ...value))));

// A group of radio buttons; `choose` hears of each choice, by mouse or by key, and of one made again.
function choices(fieldset, name, options, choose) {
  options.forEach(({ value, label, note }, i) => {
    const input = make("input", { type: "radio", name, value, checked: i === 0 });
    input.addEventListener("click", () => choose(value));
    fieldset.append(make("label", {}, input, make("span", {}, label, note ? make("small", {}, note) : "")));
  });
}

// One header for all six steps. Each step is told of the new one and of the one before.
const lesson = { now: null, before: null, steps: [] };
const onHeader = (step) => lesson.steps.push(step);

function showHeader(bytes, { fresh = false } = {}) {
  const now = derive(bytes);
  lesson.before = fresh ? null : lesson.now;
  lesson.now = now;
  for (const step of lesson.steps) step(now, lesson.before);
}

const setVerdict = (node, good, text) => {
  node.className = `verdict ${good ? "good" : "bad"}`;
  node.textContent = text;
};
