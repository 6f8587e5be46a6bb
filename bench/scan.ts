/**
 * Scans generated clusters and prints what it costs, as whole processes and as ratios within one run; it judges nothing.
 * It makes the bundle, which people install, and runs the sources beside it. `--large` adds 100,000 objects, which take
 * minutes.
 */
import { spawnSync } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { generate } from "./generate.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
const root = join(import.meta.dirname, "..");
const bundle = join(root, "dist/bin/main.js");
const source = join(root, "packages/cli/src/main.ts");

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
  ["small folder", 35, "yaml", 7],
  ["1,000 objects, YAML", 1_000, "yaml", 3],
  ["10,000 objects, YAML", 10_000, "yaml", 2],
  ["10,000 objects, JSON", 10_000, "json", 2],
  ...(large ? ([["100,000 objects, JSON", 100_000, "json", 1]] as const) : []),
];

interface Row {
  readonly title: string;
  readonly cost: Cost;
  /** How many objects of which format, where anything was scanned. */
  readonly count?: number;
  readonly format?: "yaml" | "json";
}

async function rowsOf([title, count, format, runs]: (typeof cases)[number]): Promise<readonly Row[]> {
  const file = await write(count, format);
  const words = ["scan", file, "--format", "json", "--quiet", "--output", join(folder, "report.json")];
  const whole: Row = { title, count, format, cost: measure([bundle, ...words], runs) };
  if (count === 35) {
    const table = measure([bundle, "scan", file, "--quiet"], runs);
    return [
      whole,
      { title: "  as a table", cost: table },
      { title: "  from source", cost: measure([source, ...words], runs) },
    ];
  }
  return count === 1_000
    ? [whole, { title: "  from source", cost: measure([source, ...words], runs) }]
    : [whole];
}

const made = spawnSync(process.execPath, [join(root, "scripts/bundle.ts")], { stdio: "inherit" });
if (made.status !== 0) throw new Error("the bundle could not be made");
console.log("the bundle, each figure the best of its runs");
console.log(`${"".padEnd(36)} wall s   CPU s   peak MB   CPU to 10,000 objects of its format`);
try {
  const rows: Row[] = [{ title: "node by itself", cost: measure(["-e", "0"], 5) }];
  for (const each of cases) rows.push(...(await rowsOf(each)));
  for (const { title, cost, format } of rows) {
    const { wall, cpu, memory } = cost;
    const reference = rows.find((row) => row.count === 10_000 && row.format === format)?.cost.cpu;
    const ratio = reference === undefined ? "" : (cpu / reference).toFixed(2);
    console.log(
      `${title.padEnd(36)} ${wall.toFixed(2).padStart(6)} ${cpu.toFixed(2).padStart(7)} ${memory.toFixed(0).padStart(9)} ${ratio.padStart(12)}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
