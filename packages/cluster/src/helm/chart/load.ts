/** The files of a chart into the chart: templates, values, schema, subcharts. */
import { RefusedError } from "../../limit.ts";
import { isRawObject, type Raw } from "../../raw.ts";
import { textOf } from "../template/bytes.ts";
import { failure, RenderError } from "../template/fault.ts";
import { dictOf, isDict, type Dict } from "../template/value.ts";
import { readFirst, valueOf } from "../yaml/read.ts";
import { readArchive, type Entry } from "./archive.ts";
import { readDependencies, readMetadata, type Metadata } from "./metadata.ts";

export interface ChartFile {
  /** As the chart has it: `templates/web.yaml`. */
  readonly name: string;
  readonly text: string;
  /** Where it lies, from the folder of the outermost chart on. */
  readonly path: string;
}

export interface Chart {
  metadata: Metadata;
  readonly templates: readonly ChartFile[];
  readonly files: readonly ChartFile[];
  values: Dict;
  readonly schema: ChartFile | undefined;
  dependencies: readonly Chart[];
  parent: Chart | undefined;
}

const deepest = 20;

/** `path`: where the chart lies, with a slash at its end, or empty. Throws `RenderError` for what helm refuses. */
export function loadChart(entries: readonly Entry[], path = "", depth = 0): Chart {
  if (depth > deepest) throw failure("charts nested more than 20 deep");
  const all = entries.map(({ name, bytes }) => ({ name, bytes, text: textWithoutMark(bytes) }));
  const metadata = metadataOf(all);
  const values = all.findLast(({ name }) => name === "values.yaml");
  const own = all.filter(({ name }) => !name.startsWith("charts/"));
  const file = ({ name, text }: { readonly name: string; readonly text: string }): ChartFile => {
    return { name, text, path: path + name };
  };
  const schema = all.findLast(({ name }) => name === "values.schema.json");
  const chart: Chart = {
    metadata,
    templates: own.filter(({ name }) => name.startsWith("templates/")).map(file),
    files: own.filter(({ name }) => isOther(name, metadata)).map(file),
    values: values === undefined ? dictOf() : dictOfText(values.text, `${path}values.yaml`),
    schema: schema === undefined ? undefined : file(schema),
    dependencies: [],
    parent: undefined,
  };
  setDependencies(chart, subchartsOf(all, path, depth, metadata.name));
  return chart;
}

function textWithoutMark(bytes: Buffer): string {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return textOf(marked ? bytes.subarray(3) : bytes);
}

const known: ReadonlySet<string> = new Set(["Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json"]);

function isOther(name: string, { apiVersion }: Metadata): boolean {
  if (name === "requirements.yaml" || name === "requirements.lock") return apiVersion === "v1";
  return !known.has(name) && !name.startsWith("templates/");
}

interface Read extends Entry {
  readonly text: string;
}

function metadataOf(all: readonly Read[]): Metadata {
  const file = all.findLast(({ name }) => name === "Chart.yaml");
  if (file === undefined) throw failure("Chart.yaml file is missing");
  const metadata = readMetadata(rawOf(file.text, "Chart.yaml"));
  const old = all.find(({ name }) => name === "requirements.yaml");
  if (old === undefined) return metadata;
  const raw = rawOf(old.text, "requirements.yaml");
  return isRawObject(raw) && raw["dependencies"] !== undefined
    ? { ...metadata, dependencies: readDependencies(raw["dependencies"]) }
    : metadata;
}

function rawOf(text: string, name: string): Raw {
  try {
    return readFirst(text);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw failure(`cannot load ${name}: ${error.message}`);
  }
}

/** Throws `RenderError` for what is no mapping. */
export function dictOfText(text: string, name: string): Dict {
  const value = valueOf(rawOf(text, name));
  if (value === null) return dictOf();
  if (!isDict(value)) throw failure(`cannot load ${name}: it holds no mapping`);
  return value;
}

export function setDependencies(chart: Chart, dependencies: readonly Chart[]): void {
  chart.dependencies = dependencies;
  for (const dependency of dependencies) dependency.parent = chart;
}

function subchartsOf(all: readonly Read[], path: string, depth: number, parent: string): readonly Chart[] {
  const groups = new Map<string, Entry[]>();
  for (const { name, bytes } of all) {
    if (!name.startsWith("charts/") || name.endsWith(".prov")) continue;
    const inner = name.slice("charts/".length);
    const folder = inner.split("/")[0] ?? "";
    if (/^[_.]/.test(folder)) continue;
    const group = groups.get(folder) ?? [];
    group.push({ name: inner, bytes });
    groups.set(folder, group);
  }
  return [...groups].map(([folder, entries]) => {
    try {
      return subchart(folder, entries, `${path}charts/${folder}/`, depth);
    } catch (error) {
      if (!(error instanceof RenderError)) throw error;
      throw new RenderError(
        error.reason,
        `error unpacking subchart ${folder} in ${parent}: ${error.message}`,
      );
    }
  });
}

function subchart(folder: string, entries: readonly Entry[], path: string, depth: number): Chart {
  if (folder.endsWith(".tgz")) {
    const [packed] = entries;
    if (packed?.name !== folder) throw failure(`expected ${folder}, got ${packed?.name}`);
    return loadChart(readArchive(packed.bytes), path, depth + 1);
  }
  const inner = entries
    .filter(({ name }) => name.includes("/"))
    .map(({ name, bytes }) => ({ name: name.slice(folder.length + 1), bytes }));
  return loadChart(inner, path, depth + 1);
}

export function fullName(chart: Chart): string {
  return chart.parent === undefined
    ? chart.metadata.name
    : `${fullName(chart.parent)}/charts/${chart.metadata.name}`;
}
