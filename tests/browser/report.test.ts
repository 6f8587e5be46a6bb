/** The HTML report in a real browser, opened from a file: no script of a finding runs, nothing is fetched, and it works. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { formats, type Report, type Result } from "@plimsoll/core";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { hostile as names, report } from "../../packages/core/src/formats/fixtures/report.ts";
import { payloads } from "./payloads.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-page-"));
const options = { color: false, width: 100, hyperlinks: false, all: true };
let browser: Browser;
let page: Page;
let told: string[] = [];
let fetched: string[] = [];

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  [told, fetched] = [[], []];
  page.on("console", (message) => told.push(message.text()));
  page.on("pageerror", (error) => told.push(error.message));
  page.on("dialog", (dialog) => {
    told.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => fetched.push(request.url()));
});

async function open(source: Report, hash = ""): Promise<string> {
  const file = join(folder, "report.html");
  const html = formats.find(({ id }) => id === "html")!;
  writeFileSync(file, [...html.write(source, options)].join(""));
  const url = pathToFileURL(file).href;
  await page.goto(url + hash);
  return url;
}

/** A report in which a text stands everywhere that data can stand. */
function filledWith(texts: readonly string[]): Report {
  const base = report.results[0]!;
  const results = texts.map((text, index): Result => ({
    ...base,
    id: `${text}${index}`,
    resource: { apiVersion: text, kind: text, namespace: text, name: text },
    container: text,
    path: text,
    value: { [text]: text },
    because: text,
    source: { file: text, line: 1 },
    team: text,
    environment: text,
    deployedBy: text,
    edit: `e${index}`,
  }));
  const edits = results.map((result, index) => ({
    ...report.edits[1]!,
    id: `e${index}`,
    title: result.because,
    path: result.path,
    team: result.team!,
    resource: result.resource,
    resolves: [result.id],
    source: result.source,
  }));
  const act = edits.map(
    ({ id, title }) => ({ edit: id, reason: "removes-takeover", because: title, steps: [title] }) as const,
  );
  const blind = texts.map((text) => ({ what: text, because: text, remedy: text, results: 1 }));
  return {
    ...report,
    server: { kind: "cluster", name: texts[0]! },
    results,
    edits,
    priorities: { ...report.priorities, act, blind },
  };
}

test(`cases 94, 95: no script of ${payloads.length} payloads runs, whatever is opened, filtered and sorted`, async () => {
  const url = await open(filledWith([...payloads, ...names]));
  await page.evaluate("document.querySelectorAll('details').forEach((entry) => (entry.open = true))");
  await page.locator("#more").click();
  await page.evaluate("document.querySelectorAll('tr.found .open').forEach((entry) => entry.click())");
  expect(await page.locator("tr.detail").count()).toBe(200);
  for (const select of ["namespace", "control", "team"])
    await page.locator(`#${select}`).selectOption({ index: 1 });
  await page.locator("#clear").click();
  await page.locator("#q").fill("<img");
  await page.evaluate("document.querySelectorAll('th button').forEach((entry) => entry.click())");
  await page.waitForTimeout(300);
  expect(await page.evaluate("window.owned")).toBeUndefined();
  expect(told).toEqual([]);
  expect(fetched).toEqual([url]);
  expect(
    await page.locator("img, iframe, object, embed, body script:not([type]) ~ script, svg script").count(),
  ).toBe(0);
});

test("an address with a hostile state is only a filter", async () => {
  await open(
    report,
    `#find?q=${encodeURIComponent("<img src=x onerror=owned=1>")}&sort=__proto__&severity=x`,
  );
  expect(told).toEqual([]);
  expect(await page.locator("#caption").textContent()).toBe("0 of 28 results");
});

test("filters, sorts and opens rows; the state stands in the address", async () => {
  const url = await open(report);
  expect(await page.locator("#caption").textContent()).toBe("28 of 28 results");
  await page.locator("#severity").selectOption("high");
  expect(await page.locator("tr.found").count()).toBe(9);
  await page.locator("#result").selectOption("unknown");
  expect(await page.locator("tr.found").count()).toBe(1);
  expect(page.url()).toBe(`${url}#find?severity=high&result=unknown`);
  await page.reload();
  expect(await page.locator("tr.found").count()).toBe(1);
  await page.locator("tr.found .open").focus();
  await page.keyboard.press("Enter");
  expect(await page.locator("tr.detail").textContent()).toContain("secrets-in-env:v1/Pod/shop/web:spec");
  await page.keyboard.press("Enter");
  expect(await page.locator("tr.detail").count()).toBe(0);
  await page.locator("#clear").click();
  await page.locator('th[data-sort="resource"] button').click();
  expect(await page.locator('th[aria-sort="ascending"]').textContent()).toContain("Resource");
});

test("a control or namespace named above leads to its findings", async () => {
  const other = {
    ...report.results[0]!,
    id: "other",
    resource: { ...report.results[0]!.resource, namespace: "other" },
  };
  await open({ ...report, results: [...report.results, other] });
  await page.locator('[data-find="control"]').first().click();
  expect(await page.locator("#control").inputValue()).toBe("privileged-container");
  await page.locator('[data-find="namespace"]').first().click();
  expect(await page.locator("#namespace").inputValue()).toBe("shop");
  expect(await page.locator("#control").inputValue()).toBe("");
});

test.each(["light", "dark"] as const)("text is readable: contrast of 4.5 at least, %s", async (scheme) => {
  await page.emulateMedia({ colorScheme: scheme });
  await open(report);
  await page.locator("tr.found .open").first().click();
  expect(await page.evaluate(lowContrast)).toEqual([]);
});

test("dark and light can be changed by hand", async () => {
  await page.emulateMedia({ colorScheme: "light" });
  await open(report);
  const paper = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
  const before = await paper();
  await page.locator("#theme").click();
  expect(await paper()).not.toBe(before);
  await page.locator("#theme").click();
  expect(await paper()).toBe(before);
});

test.each([1280, 768, 390])("nothing is wider than the window at %i pixels", async (width) => {
  await page.setViewportSize({ width, height: 800 });
  await open(report);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
});

test("reads without scripts", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  page = await context.newPage();
  await open(report);
  expect(await page.locator(".act").count()).toBe(13);
  expect(await page.locator("noscript").count()).toBe(1);
});

/** Runs in the page: elements whose own text stands out from what is behind it by less than WCAG AA asks. */
const lowContrast = `(() => {
  const channels = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => { for (; node; node = node.parentElement) { const c = channels(getComputedStyle(node).backgroundColor); if (c.length === 3 || c[3] > 0.99) return c; } return [255, 255, 255]; };
  const found = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || node.closest("script, style, svg, noscript, [hidden], .skip") || node.tagName === "OPTION") continue;
    const [a, b] = [luminance(channels(getComputedStyle(node).color)), luminance(behind(node))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) found.push(node.tagName + "." + node.className + " " + contrast.toFixed(2) + " " + node.textContent.trim().slice(0, 30));
  }
  return [...new Set(found)];
})()`;
