/** The HTML report, opened from a file in a real browser, on hostile names as well as on the sample. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { formats, scan, type Report, type Snapshot } from "@plimsoll/core";
import { readSnapshot } from "@plimsoll/cluster";
import { library } from "@plimsoll/library";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-browser-"));
const html = formats.find(({ id }) => id === "html")!;
let browser: Browser;
let sample: Snapshot;

beforeAll(async () => {
  sample = await readSnapshot(join(import.meta.dirname, "../../samples/cluster.plimsoll.zst"));
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

interface Opened {
  readonly page: Page;
  /** Everything the page asked for beyond its own file, and every error it raised. */
  readonly asked: string[];
  readonly errors: string[];
}

async function open(report: Report): Promise<Opened> {
  const file = join(folder, `report-${Math.random().toString(36).slice(2)}.html`);
  writeFileSync(
    file,
    [...html.write(report, { color: false, width: 100, hyperlinks: false, all: true })].join(""),
  );
  const page = await (await browser.newContext()).newPage();
  const [asked, errors]: [string[], string[]] = [[], []];
  const own = pathToFileURL(file).href;
  page.on("request", (request) => {
    if (request.url() !== own) asked.push(request.url());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("dialog", (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(own);
  return { page, asked, errors };
}

const report = (snapshot: Snapshot): Report => scan(snapshot, library, { toolVersion: "test" });

test("it opens from a file, asks for nothing, and shows what to do first", async () => {
  const { page, asked, errors } = await open(report(sample));
  expect(asked).toEqual([]);
  expect(errors).toEqual([]);
  const text = await page.locator("body").innerText();
  expect(text).toContain("ci-runner-admin");
  await page.close();
});

test("the search narrows what is shown", async () => {
  const { page } = await open(report(sample));
  const search = page.locator("input[type=search]").first();
  const rows = page.locator("#findings tbody tr, [data-finding]").locator("visible=true");
  const before = await rows.count();
  await search.fill("ci-runner-admin");
  await expect.poll(() => rows.count()).toBeLessThan(before);
  expect(await rows.count()).toBeGreaterThan(0);
  await page.close();
});

const hostile = [
  "</script><script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "javascript:alert(1)",
  '"><svg onload=alert(1)>',
  "\u202Eevil\u202C",
  "\u001b[2J\u001b]8;;http://example.com\u0007",
  "<!--",
  "${alert(1)}",
  "]]>",
  "' onmouseover='alert(1)",
  "__proto__",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
];

test.each(hostile)("cases 94, 95: %j in every name runs nothing and asks for nothing", async (text) => {
  const records = sample.resources.map((record) => {
    const { metadata } = record.resource;
    const changed = {
      ...metadata,
      name: `${text}${metadata.name ?? ""}`,
      namespace: text,
      labels: { team: text, environment: text },
    };
    return {
      ...record,
      resource: { ...record.resource, metadata: changed },
      source: { file: `${text}.yaml`, line: 1, column: 1 },
    };
  });
  const { page, asked, errors } = await open(report({ ...sample, resources: records }));
  expect(asked).toEqual([]);
  expect(errors).toEqual([]);
  expect(await page.locator("script").count()).toBeLessThanOrEqual(3);
  for (const link of await page
    .locator("a")
    .evaluateAll((links) => links.map((entry) => entry.getAttribute("href") ?? ""))) {
    expect(link).not.toMatch(/^(javascript|data):/i);
  }
  await page.close();
});

test.each([
  ["a phone", 390],
  ["a laptop", 1280],
])("nothing is cut off on %s", async (_, width) => {
  const { page } = await open(report(sample));
  await page.setViewportSize({ width, height: 800 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(1);
  await page.close();
});
