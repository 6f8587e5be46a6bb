/** Asks helm itself, through the program that `test.sh` has built. */
import { spawnSync } from "node:child_process";
import { readValues } from "../../packages/cluster/src/helm/attempt.ts";
import { readFolder } from "../../packages/cluster/src/helm/chart/folder.ts";
import { loadChart } from "../../packages/cluster/src/helm/chart/load.ts";
import { renderChart } from "../../packages/cluster/src/helm/chart/render.ts";
import { RenderError } from "../../packages/cluster/src/helm/template/fault.ts";
import { dictOf, isDict, type Dict } from "../../packages/cluster/src/helm/template/value.ts";
import { tryRead } from "../../packages/cluster/src/helm/yaml/read.ts";

export const release = "r";

export interface Request {
  readonly chart?: string;
  readonly set?: readonly string[];
  readonly setString?: readonly string[];
  readonly setJson?: readonly string[];
  readonly setFile?: readonly string[];
  readonly template?: string;
  /** YAML for a template, files for a chart. */
  readonly values?: string | readonly string[];
  /** How often it is done, to see what varies. */
  readonly times?: number;
}

export interface Answer {
  readonly files?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly error?: string;
  readonly varies?: readonly string[];
}

const program = process.env["PLIMSOLL_HELM_ORACLE"];

export function ask(requests: readonly Request[]): readonly Answer[] {
  if (program === undefined)
    throw new Error("PLIMSOLL_HELM_ORACLE is not set: run tests/helm-oracle/test.sh");
  const input = requests.map((request) => `${JSON.stringify({ release, ...request })}\n`).join("");
  const { stdout, status, stderr } = spawnSync(program, { input, maxBuffer: 1 << 30, encoding: "utf8" });
  if (status !== 0) throw new Error(`the oracle ended with ${status}: ${stderr.slice(0, 2_000)}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Answer);
}

export interface Ours extends Answer {
  /** Functions that give something else each time. */
  readonly chances: readonly string[];
  readonly unsupported?: string;
}

/** A day long ago and one far ahead: what differs between them depends on the time. */
export const clocks = [1_000_000_000n, 4_000_000_000n].map((seconds) => seconds * 1_000_000_000n);

function valuesOf({ values = [], ...singles }: Request): Dict {
  if (typeof values !== "string") return readValues("/", { values, ...singles });
  const read = tryRead(values);
  return "value" in read && isDict(read.value) ? read.value : dictOf();
}

/** One template as helm would be given it. */
export async function renderOurs(request: Request, clock = 0): Promise<Ours> {
  try {
    const values = valuesOf(request);
    const entries =
      request.chart === undefined
        ? [
            { name: "Chart.yaml", bytes: Buffer.from("apiVersion: v2\nname: t\nversion: 1.0.0\n") },
            { name: "templates/t", bytes: Buffer.from(request.template ?? "") },
          ]
        : readFolder(request.chart).entries;
    const now = clocks[clock] ?? 0n;
    const { files, faults, chances } = await renderChart(loadChart(entries), { release, values, now });
    const kept = files.filter(({ name }) => !name.endsWith("NOTES.txt"));
    const unsupported = faults.find(({ reason }) => reason === "unsupported")?.message;
    const names = [...chances.keys()];
    if (faults[0] !== undefined) {
      return {
        error: faults[0].message,
        chances: names,
        ...(unsupported === undefined ? {} : { unsupported }),
      };
    }
    // The answers are JSON, which has U+FFFD for a byte that is no UTF-8.
    const texts = Object.fromEntries(kept.map(({ name, text }) => [name, text.toWellFormed()]));
    return request.chart === undefined
      ? { text: texts["t/templates/t"] ?? "", chances: names }
      : { files: texts, chances: names };
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    const unsupported = error.reason === "template" ? {} : { unsupported: error.message };
    return { error: error.message, chances: [], ...unsupported };
  }
}
