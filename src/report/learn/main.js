// The start: the self-check, then the first example.

const begin = (name) => {
  const { explained } = DATA.examples.find((example) => example.name === name);
  showHeader(fromHex(explained.header_hex), { fresh: true });
};

choices($("examples"), "example", DATA.examples.map(({ name, about }) => ({ value: name, label: name, note: about })), begin);

// The step on the screen is marked in the bar.
const links = new Map(Array.from(document.querySelectorAll(".steps a"), (link) => [link.hash.slice(1), link]));
const watch = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    if (isIntersecting) links.get(target.id).setAttribute("aria-current", "step");
    else links.get(target.id).removeAttribute("aria-current");
  }
}, { rootMargin: "-45% 0px -50% 0px" });
document.querySelectorAll(".step").forEach((step) => watch.observe(step));

selfTest();
Object.assign(memory, { key: "", headers: 0, midstates: 0 });
begin(DATA.examples[0].name);
showZeros();
