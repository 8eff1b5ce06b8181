// What every page test needs: the binary, a browser, a page that remembers its errors and requests.
//
//   import { hashjoule, open, seriousFaults, overlaps, overflow } from "./harness.mjs";
//   const sheet = await open(file, { width: 390, dark: true });   // sheet.page is playwright's Page
//   assert.deepEqual(sheet.errors, []); assert.deepEqual(sheet.requests, []); await sheet.close();

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after } from "node:test";
import { chromium } from "playwright-core";

const axeSource = createRequire(import.meta.url)("axe-core").source;
const needed = (name) => {
  if (!process.env[name]) throw new Error(`${name} is not set: start the tests with tests/browser/run`);
  return process.env[name];
};

// A directory that goes when the tests of this file have run.
export const scratch = mkdtempSync(join(tmpdir(), "hashjoule-browser-"));
let browser;
after(async () => {
  await browser?.close();
  rmSync(scratch, { recursive: true, force: true });
});

// Runs the binary; its stdout. Throws when it fails.
export function hashjoule(...args) {
  return execFileSync(needed("HASHJOULE_BIN"), args, { encoding: "utf8", timeout: 30_000, maxBuffer: 1 << 26 });
}

// Opens a file of this disk as a person would, by its path. Anything the page asks for beside itself is in `requests`.
export async function open(file, { width = 1280, height = 900, dark = false, scripts = true, print = false } = {}) {
  browser ??= await chromium.launch({
    executablePath: needed("HASHJOULE_CHROMIUM"),
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    timeout: 30_000,
  });
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: scripts,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  if (print) await page.emulateMedia({ media: "print" });
  const url = pathToFileURL(file).href;
  const errors = [];
  const requests = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => request.url().split("#")[0] !== url && requests.push(request.url()));
  await page.goto(url);
  return { page, errors, requests, close: () => context.close() };
}

// What axe-core calls serious or critical, one line each.
export async function seriousFaults(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

// How many pixels the page is wider than its window.
export const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

// Pairs of visible elements inside one `within` whose boxes lie on each other by more than a pixel.
export const overlaps = (page, selector, within = "svg") =>
  page.evaluate(
    ([selector, within]) => {
      const found = [];
      for (const group of document.querySelectorAll(within)) {
        const boxes = [...group.querySelectorAll(selector)]
          .map((node) => [node.textContent.trim(), node.getBoundingClientRect()])
          .filter(([text, box]) => text && box.width > 0 && box.height > 0);
        boxes.forEach(([a, p], i) =>
          boxes.slice(i + 1).forEach(([b, q]) => {
            const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
            const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
            if (wide > 1 && high > 1) found.push(`${a} / ${b}`);
          }),
        );
      }
      return found;
    },
    [selector, within],
  );

// A picture for people: written only when HASHJOULE_SHOTS names a directory.
export async function shot(page, name, options = { fullPage: true }) {
  const directory = process.env.HASHJOULE_SHOTS;
  if (!directory) return;
  mkdirSync(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`), ...options });
}
