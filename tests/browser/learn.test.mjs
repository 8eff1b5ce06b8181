// The lesson page, used as a class would use it. Everything it shows is computed here a second time.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { hashjoule, open, overflow, scratch, seriousFaults, shot } from "./harness.mjs";

const PAGE = join(dirname(fileURLToPath(import.meta.url)), "../../docs/learn.html");
const EXAMPLES = ["genesis", "block-125552", "block-757739"];
const explained = (header) => JSON.parse(hashjoule("explain", "--json", header));

const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const hashOf = (hex) => sha256(sha256(Buffer.from(hex, "hex"))).reverse().toString("hex");

// FIPS 180-4, 6.2.2, step 1, with numbers that never overflow.
function schedule(headerHex) {
  const turn = (x, n) => ((x >> n) | (x << (32n - n))) & 0xffffffffn;
  const tail = headerHex.slice(128) + "80000000" + "0".repeat(80) + "00000280";
  const w = tail.match(/.{8}/g).map((word) => BigInt("0x" + word));
  for (let t = 16; t < 64; t++) {
    const [x, y] = [w[t - 15], w[t - 2]];
    const [s0, s1] = [turn(x, 7n) ^ turn(x, 18n) ^ (x >> 3n), turn(y, 17n) ^ turn(y, 19n) ^ (y >> 10n)];
    w.push((s1 + w[t - 7] + s0 + w[t - 16]) & 0xffffffffn);
  }
  return w.map((word) => word.toString(16).padStart(8, "0"));
}

const cells = (page, id) => page.locator(`#${id} .cell`).allTextContents();
const shownHeader = async (page) => (await cells(page, "bytes")).join("");
const changed = (page, id) =>
  page.locator(`#${id} .cell`).evaluateAll((all) => all.flatMap((node, i) => (node.classList.contains("changed") ? [i] : [])));
const differ = (now, before) => now.flatMap((value, i) => (value === before[i] ? [] : [i]));
const choose = (page, value) => page.locator(`input[value="${value}"]`).check({ force: true });

// Opens the page, runs the body, and then nothing may have gone wrong or out.
async function withPage(body, options = {}, file = PAGE) {
  const sheet = await open(file, options);
  await body(sheet.page);
  assert.deepEqual([sheet.errors, sheet.requests.filter((url) => !url.startsWith("blob:"))], [[], []]);
  await sheet.close();
}

test("the page computes every word of three headers as hashjoule does", () =>
  withPage(async (page) => {
    assert.equal(await page.getAttribute("#selftest", "data-selftest"), "passed");
    assert.ok(Number(await page.getAttribute("#selftest", "data-compared")) > 3 * 3 * 64 * 9);
    for (const name of EXAMPLES) {
      await choose(page, name);
      const given = explained(name);
      assert.equal(await page.textContent("#hash-1"), given.hash);
      assert.deepEqual(await cells(page, "midstate-2"), given.first_chunk.after);
      assert.deepEqual(await cells(page, "schedule"), given.second_chunk.w);
      assert.match(await page.textContent("#verdict-1"), /a block/);
    }
  }));

test("a page whose data was changed by one digit says so", async () => {
  const text = readFileSync(PAGE, "utf8");
  const start = text.indexOf("{", text.indexOf('id="hj-data"'));
  const end = text.indexOf("</script>", start);
  const lesson = JSON.parse(text.slice(start, end));
  const words = lesson.examples[1].explained.second_chunk.rounds[17];
  words[3] = words[3].replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
  const file = join(scratch, "wrong.html");
  writeFileSync(file, text.slice(0, start) + JSON.stringify(lesson) + text.slice(end));
  await withPage(async (page) => assert.equal(await page.getAttribute("#selftest", "data-selftest"), "failed"), {}, file);
});

test("editing the nonce changes exactly the words that change", () =>
  withPage(async (page) => {
    for (const [field, value] of [["nonce", "2083236900"], ["nonce", "0"], ["time", "1231006506"], ["version", "20002004"], ["bits", "1c00ffff"]]) {
      const before = [await shownHeader(page), await cells(page, "midstate-3")];
      await page.fill(`#field-${field}`, value);
      const now = [await shownHeader(page), await cells(page, "midstate-3")];
      assert.deepEqual(await cells(page, "schedule"), schedule(now[0]));
      assert.deepEqual(await changed(page, "schedule"), differ(schedule(now[0]), schedule(before[0])));
      assert.deepEqual(await changed(page, "midstate-3"), differ(now[1], before[1]));
      assert.deepEqual(await changed(page, "bytes"), differ(now[0].match(/../g), before[0].match(/../g)));
      assert.equal(await page.textContent("#hash-1"), hashOf(now[0]));
    }
  }));

test("nonce + 1 moves the schedule, rolling the version moves the midstate", () =>
  withPage(async (page) => {
    await choose(page, "block-757739");
    await page.click("#nonce-up");
    assert.deepEqual([(await changed(page, "midstate-3")).length, (await changed(page, "schedule")).length], [0, 47]);
    await page.click("#roll");
    assert.deepEqual([(await changed(page, "midstate-3")).length, (await changed(page, "schedule")).length], [8, 0]);
    assert.equal(await page.inputValue("#field-version"), "2437c004");
  }));

test("wrong input is explained beside its field and changes nothing", () =>
  withPage(async (page) => {
    const before = await shownHeader(page);
    for (const [field, value, said] of [["merkle", "4a5eg", /“g” at digit 5/], ["prev", "00", /64 hex digits.*2/], ["nonce", "4294967296", /0 to 4294967295/]]) {
      await page.fill(`#field-${field}`, value);
      assert.match(await page.textContent(`#note-${field}`), said);
      assert.equal(await page.getAttribute(`#field-${field}`, "aria-invalid"), "true");
    }
    assert.equal(await shownHeader(page), before);
    await page.fill("#field-bits", "ff00ffff");
    assert.match(await page.textContent("#note-bits"), /256 bits/);
  }));

test("the scrub bar shows each round of each chunk, by keyboard", () =>
  withPage(async (page) => {
    const given = explained("genesis");
    for (const [pass, key] of [["second", "second_chunk"], ["first", "first_chunk"], ["last", "second_hash"]]) {
      await choose(page, pass);
      await page.focus("#round");
      await page.keyboard.press("Home");
      for (const t of [0, 1, 2]) {
        const tables = await page.locator("#round-box table").evaluateAll((all) =>
          all.map((table) => [...table.querySelectorAll("td.hex")].map((cell) => cell.textContent)));
        assert.deepEqual(tables[0], t === 0 ? given[key].before : given[key].rounds[t - 1]);
        assert.deepEqual(tables[2], given[key].rounds[t]);
        assert.equal(tables[1][3], given[key].w[t]);
        await page.keyboard.press("ArrowRight");
      }
      await page.keyboard.press("End");
      assert.equal(await page.locator("#round-box table:last-child td.hex").first().textContent(), given[key].rounds[63][0]);
    }
    await choose(page, "difference");
    await choose(page, "first");
    assert.match(await page.textContent("#carpet-caption"), /There are none/);
  }));

test("the slider finds the targets that the hash meets", () =>
  withPage(async (page) => {
    const hash = BigInt("0x" + (await page.textContent("#hash-1")));
    const seen = new Set();
    for (const at of ["256", "224", "214", "213.375", "213.25", "100", "0"]) {
      await page.locator("#target").evaluate((node, value) => ((node.value = value), node.dispatchEvent(new Event("input"))), at);
      const target = BigInt("0x" + (await page.textContent("#target-facts dd")));
      const met = /does not exceed/.test(await page.textContent("#verdict-5"));
      assert.equal(met, hash <= target, `2^${at}`);
      seen.add(met);
    }
    assert.equal(seen.size, 2);
    await page.click("#target-reset");
    assert.equal(BigInt("0x" + (await page.textContent("#target-facts dd"))), 0xffffn << 208n);
  }));

test("the browser mines a block that hashes and verifies elsewhere", () =>
  withPage(async (page) => {
    await choose(page, "block-757739");
    await page.locator("#zeros").evaluate((node) => ((node.value = "12"), node.dispatchEvent(new Event("input"))));
    await page.click("#mine");
    const header = await page.locator("#found[data-header]").getAttribute("data-header", { timeout: 30_000 });
    assert.match(hashOf(header), /^000/);
    assert.match(await page.textContent("#found"), new RegExp(hashOf(header)));
    const given = explained(header);
    assert.deepEqual([given.hash, given.meets_target], [hashOf(header), true]);
    assert.equal(await page.textContent("#mine"), "Mine");
  }));

test("a hard target is searched with a live rate and a rung, and stops", () =>
  withPage(async (page) => {
    await page.locator("#zeros").evaluate((node) => ((node.value = "32"), node.dispatchEvent(new Event("input"))));
    await page.click("#mine");
    await page.locator("#ladder tr.own").waitFor({ timeout: 30_000 });
    assert.match(await page.textContent("#live"), /\d [kM]?H\/s/);
    assert.match(await page.textContent("#ladder tr.own"), /unknown/);
    await page.fill("#watts", "15");
    assert.doesNotMatch(await page.textContent("#ladder tr.own"), /unknown/);
    await page.click("#mine");
    assert.equal(await page.textContent("#mine"), "Mine");
  }));

test("a machine of your own stands on the ladder, with how its joules are known", async () => {
  const file = join(scratch, "own.html");
  hashjoule("report", "--learn", "--rate", "81.25MH/s", "--watts", "65", "-o", file);
  await withPage(async (page) => {
    const row = await page.textContent("#ladder tr.own");
    assert.match(row, /this machine.*81\.3 MH\/s.*800,000 declared/);
    assert.match(await page.textContent("#equal"), /7\.96 mW/);
  }, {}, file);
});

test("wide and narrow, light and dark: nothing serious, nothing too wide", async () => {
  for (const options of [{ width: 1280 }, { width: 390 }, { width: 1280, dark: true }, { width: 390, dark: true }]) {
    await withPage(async (page) => {
      await choose(page, "block-757739");
      await page.click("#nonce-up");
      await page.locator("details").evaluateAll((all) => all.forEach((node) => (node.open = true)));
      assert.deepEqual(await seriousFaults(page), []);
      assert.equal(await overflow(page), 0);
      await shot(page, `learn-${options.width}${options.dark ? "-dark" : ""}`);
    }, options);
  }
});

test("in print all six steps stand there, without a script it says what is missing", async () => {
  await withPage(async (page) => {
    assert.equal(await page.locator(".step:visible").count(), 6);
    assert.equal(await page.locator(".steps").isVisible(), false);
  }, { print: true });
  await withPage(async (page) => assert.match(await page.textContent("noscript, .note"), /JavaScript/), { scripts: false });
});
