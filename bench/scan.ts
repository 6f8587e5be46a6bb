/**
 * Scans generated clusters and prints what it costs, as whole processes and as ratios within one run; it judges nothing.
 * It runs the bundle where there is one, else the sources. `--large` adds 100,000 objects, which take minutes.
 */
import { spawnSync } from "node:child_process";
import { createWriteStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { generate } from "./generate.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
const bundled = join(import.meta.dirname, "../dist/bin/main.js");
const main = existsSync(bundled) ? bundled : join(import.meta.dirname, "../packages/cli/src/main.ts");

interface Cost {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
}

/** Writes `count` generated objects to a file, as YAML documents or as a JSON List. */
async function write(count: number, format: "yaml" | "json"): Promise<string> {
  const file = join(folder, `${count}.${format}`);
  const stream = createWriteStream(file);
  let first = true;
  const put = async (text: string): Promise<void> => {
    if (!stream.write(text)) await once(stream, "drain");
  };
  if (format === "json") await put('{"apiVersion":"v1","kind":"List","items":[');
  for (const resource of generate(count)) {
    if (format === "json") await put(`${first ? "" : ","}\n${JSON.stringify(resource)}`);
    else await put(`---\n${stringify(resource, { lineWidth: 0, aliasDuplicateObjects: false })}`);
    first = false;
  }
  if (format === "json") await put("]}\n");
  stream.end();
  await once(stream, "finish");
  return file;
}

/** The best of some runs of a whole process: user and system time, the clock, and peak memory. */
function measure(words: readonly string[], runs: number): Cost {
  const costs = Array.from({ length: runs }, (): Cost => {
    const script = `process.on("exit",()=>{const u=process.resourceUsage();process.stderr.write("\\n@"+JSON.stringify({cpu:(u.userCPUTime+u.systemCPUTime)/1e6,memory:u.maxRSS/1024}))})`;
    const started = performance.now();
    const { stderr } = spawnSync(
      process.execPath,
      ["--import", `data:text/javascript,${encodeURIComponent(script)}`, ...words],
      {
        encoding: "utf8",
        stdio: ["ignore", "ignore", "pipe"],
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    const told = JSON.parse(stderr.slice(stderr.lastIndexOf("@") + 1)) as { cpu: number; memory: number };
    return { wall: (performance.now() - started) / 1000, ...told };
  });
  return costs.reduce((best, cost) => ({
    wall: Math.min(best.wall, cost.wall),
    cpu: Math.min(best.cpu, cost.cpu),
    memory: Math.min(best.memory, cost.memory),
  }));
}

const large = process.argv.includes("--large");
const cases: readonly (readonly [string, number, "yaml" | "json", number])[] = [
  ["small folder", 35, "yaml", 5],
  ["1,000 objects, YAML", 1_000, "yaml", 3],
  ["10,000 objects, YAML", 10_000, "yaml", 2],
  ["10,000 objects, JSON", 10_000, "json", 2],
  ...(large ? ([["100,000 objects, JSON", 100_000, "json", 1]] as const) : []),
];

const report = ["--format", "json", "--quiet", "--output", join(folder, "report.json")];
console.log(
  `${main === bundled ? "the bundle" : "the sources (npm run bundle makes the bundle)"}, best of its runs`,
);
console.log(`${"".padEnd(36)} wall s   CPU s   peak MB   CPU to 10,000 objects of its format`);
try {
  const rows: (readonly [string, Cost, string])[] = [["node by itself", measure(["-e", "0"], 5), ""]];
  for (const [title, count, format, runs] of cases)
    rows.push([title, measure([main, "scan", await write(count, format), ...report], runs), format]);
  for (const [title, { wall, cpu, memory }, format] of rows) {
    const reference = rows.find((row) => row[0].startsWith("10,000") && row[2] === format)?.[1].cpu;
    const ratio = reference === undefined ? "" : (cpu / reference).toFixed(2);
    console.log(
      `${title.padEnd(36)} ${wall.toFixed(2).padStart(6)} ${cpu.toFixed(2).padStart(7)} ${memory.toFixed(0).padStart(9)} ${ratio.padStart(12)}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
