/** Writes the README's picture anew: the top of the bundled sample's report, as a browser shows it. Needs Chromium. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-picture-"));
try {
  const report = join(folder, "report.html");
  const scan = ["scan", "--format", "html", "--output", report, "--allow-incomplete"];
  execFileSync(
    process.execPath,
    [join(root, "packages/cli/src/main.ts"), ...scan, join(root, "samples/cluster.plimsoll.zst")],
    { stdio: "inherit" },
  );
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  const page = await browser.newPage({ viewport: { width: 1100, height: 760 }, colorScheme: "light" });
  await page.goto(pathToFileURL(report).href);
  await page.screenshot({ path: join(root, "docs/report.png") });
  await browser.close();
} finally {
  rmSync(folder, { recursive: true });
}
