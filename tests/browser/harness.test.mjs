// The harness itself: it must see what it is there to see.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { open, overflow, overlaps, scratch, seriousFaults } from "./harness.mjs";

const page = (name, body) => {
  const file = join(scratch, name);
  writeFileSync(file, `<!doctype html><html lang="en"><title>t</title><main><h1>t</h1>${body}</main></html>`);
  return file;
};

test("a clean page has nothing to report", async () => {
  const sheet = await open(page("clean.html", "<p>calm</p>"));
  assert.deepEqual([sheet.errors, sheet.requests], [[], []]);
  assert.deepEqual(await seriousFaults(sheet.page), []);
  assert.equal(await overflow(sheet.page), 0);
  await sheet.close();
});

test("errors, requests, faults, overflow and overlaps are seen", async () => {
  const bad = `<script>console.error("one"); throw new Error("two")</script><img src="other.png">
    <div style="width:3000px">wide</div>
    <svg width="99" height="30"><text x="5" y="20">ab</text><text x="7" y="20">cd</text></svg>`;
  const sheet = await open(page("bad.html", bad));
  assert.ok(sheet.errors.some((text) => text === "one") && sheet.errors.some((text) => text.includes("two")));
  assert.ok(sheet.requests.some((url) => url.endsWith("other.png")));
  assert.ok((await seriousFaults(sheet.page)).some((line) => line.startsWith("image-alt")));
  assert.ok((await overflow(sheet.page)) > 1000);
  assert.deepEqual(await overlaps(sheet.page, "text"), ["ab / cd"]);
  await sheet.close();
});
