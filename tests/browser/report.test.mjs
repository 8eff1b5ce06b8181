// The report in a real browser: its own check, its silence, its figures against `compare --json`, its looks.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { hashjoule, open, overflow, overlaps, scratch, seriousFaults, shot } from "./harness.mjs";

const data = (name) => fileURLToPath(new URL(`../data/${name}`, import.meta.url));
const machines = {
  declared: ["--rate", "40MH/s", "--watts", "65"],
  bare: ["--rate", "40MH/s", "--epoch", "newest"],
  record: [data("bench-example.json")],
  two: [data("bench-example.json"), data("bench-example.json"), "--price", "95000", "--fee", "0.02", "--pue", "1.1"],
  hostile: [data("bench-hostile.json")],
};
const report = (name) => {
  const file = join(scratch, `${name}.html`);
  hashjoule("report", "-q", "-o", file, ...machines[name]);
  return file;
};

// "devices/antminer-s9-13.5/rate_factor" in a document: arrays are searched by id.
const lookUp = (root, path) =>
  path.split("/").reduce((at, key) => (Array.isArray(at) && !/^\d+$/.test(key) ? at.find(({ id }) => id === key) : at[key]), root);

for (const name of Object.keys(machines)) {
  test(`${name}: silent, correct, and within reach of everyone`, async () => {
    const file = report(name);
    const comparison = JSON.parse(hashjoule("compare", "--json", ...machines[name]));
    const views = [[1280, false], [390, true], [390, false], [1280, true]];
    for (const [index, [width, dark]] of views.entries()) {
      if (index > 1 && name !== "record") continue;
      const sheet = await open(file, { width, dark });
      const { page } = sheet;
      const selftest = page.locator("#selftest");
      assert.equal(await selftest.getAttribute("data-state"), "passed", await selftest.textContent());
      assert.ok(Number(await selftest.getAttribute("data-total")) > 1000);
      const shown = await page.$$eval("data[data-key]", (nodes) => nodes.map((node) => [node.dataset.key, node.value]));
      assert.ok(shown.length > 500);
      for (const [key, value] of shown) assert.equal(Number(value), lookUp(comparison, key), key);
      assert.ok((await overflow(page)) <= 0, `${width} px: wider than the window`);
      assert.deepEqual(await overlaps(page, "text"), [], `${width} px`);
      if (index < 2) assert.deepEqual(await seriousFaults(page), []);
      await page.locator("details").evaluateAll((all) => all.forEach((details) => { details.open = true; }));
      assert.ok((await overflow(page)) <= 0, `${width} px, all open: wider than the window`);
      assert.deepEqual([sheet.errors, sheet.requests], [[], []]);
      await page.locator("details").evaluateAll((all) => all.forEach((details) => { details.open = false; }));
      await shot(page, `report-${name}-${width}-${dark ? "dark" : "light"}`);
      await sheet.close();
    }
  });
}

test("a wrong figure is noticed", async () => {
  const file = report("declared");
  const html = readFileSync(file, "utf8");
  // The policy allows this script and this style only, so the data is what can be bent.
  const bent = join(scratch, "bent.html");
  writeFileSync(bent, html.replace(/"years_per_block":[0-9.e+]+/, '"years_per_block":1'));
  const other = await open(bent);
  assert.equal(await other.page.locator("#selftest").getAttribute("data-state"), "failed");
  await other.close();
});

test("without scripts the page says what it has to say", async () => {
  const sheet = await open(report("record"), { scripts: false });
  const { page } = sheet;
  assert.ok(await page.locator("#whatif").isHidden());
  assert.ok((await page.locator("main").innerText()).includes("The node is not the efficiency"));
  assert.equal(await page.locator("figure svg.wide").first().isVisible(), true);
  assert.equal(await page.locator("#devices table tbody tr").count() > 100, true);
  assert.deepEqual([sheet.errors, sheet.requests], [[], []]);
  await sheet.close();
});

test("sliders recompute, presets are exact, a meter is not made up", async () => {
  const sheet = await open(report("bare"));
  const { page } = sheet;
  const row = (name) => page.locator(`#whatif-r-${name}`);
  assert.equal(await row("efficiency").isVisible(), false);
  await page.locator("#whatif-watts").evaluate((slider) => {
    slider.value = Math.log10(65);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  assert.equal(await row("efficiency").textContent(), "1.6 million J/TH");
  assert.equal(await row("s9").textContent(), "17,000");
  await page.getByRole("button", { name: /the article/ }).click();
  const wanted = JSON.parse(hashjoule("compare", "--json", "--rate", "40MH/s", "--epoch", "552384")).years_per_block;
  assert.ok((await row("years").textContent()).startsWith(`${Math.round(wanted / 1e6)} million`));
  assert.equal(await page.locator("#whatif-reward").textContent(), "12.5");
  assert.deepEqual(sheet.errors, []);
  await sheet.close();
});

test("tables sort by a column, and back", async () => {
  const sheet = await open(report("declared"));
  const table = sheet.page.locator("#devices table.sortable").first();
  const factors = () => table.locator("tbody tr").evaluateAll((rows) => rows.map((row) => Number(row.cells[3].querySelector("data").value)));
  const button = table.getByRole("button", { name: "J/TH" });
  await button.click();
  const up = await factors();
  assert.deepEqual(up, [...up].sort((a, b) => a - b));
  await button.click();
  assert.deepEqual(await factors(), [...up].reverse());
  assert.equal(await table.locator("th[aria-sort]").count(), 1);
  await sheet.close();
});

test("a pointer over a dot is told the source", async () => {
  const sheet = await open(report("declared"));
  await sheet.page.locator("svg.wide .dot[data-id='avalon-b1']").first().hover();
  const tip = await sheet.page.locator("#tip").innerText();
  assert.ok(tip.includes("Avalon Batch 1") && tip.includes("Source (tier B)"), tip);
  await sheet.close();
});

test("on paper: light, wide, no sliders", async () => {
  const sheet = await open(report("record"), { dark: true, print: true });
  const { page } = sheet;
  assert.equal(await page.locator("#whatif").isVisible(), false);
  assert.equal(await page.locator("figure svg.wide").first().isVisible(), true);
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(paper, "rgb(255, 255, 255)");
  const ink = await page.locator("figure svg.wide text.f-ink").first().evaluate((text) => getComputedStyle(text).fill);
  assert.equal(ink, "rgb(31, 35, 40)");
  await sheet.close();
});

test("a picture of its own is a document without faults", async () => {
  for (const plot of ["efficiency", "rates", "nodes"]) {
    const file = join(scratch, `${plot}.svg`);
    hashjoule("compare", "-q", ...machines.declared, "--svg", file, "--plot", plot);
    const sheet = await open(file, { dark: true });
    assert.deepEqual(await overlaps(sheet.page, "text", ":root"), []);
    assert.deepEqual([sheet.errors, sheet.requests], [[], []]);
    await shot(sheet.page, `picture-${plot}-dark`);
    await sheet.close();
  }
});
