/** Reads the settings strictly: an unknown key or a value out of bounds is told with its place, and nothing is guessed. */
import { Errors } from "typebox/value";
import { dataIn } from "@plimsoll/cluster";
import {
  isCustomControl,
  isCustomDetection,
  learningTime,
  readControl,
  readDetection,
  UserError,
  type CelControl,
  type CelRule,
  type Exception,
  type InventoryOptions,
  type Json,
  type Path,
  type Thresholds,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import type { SourceSettings } from "../auth/sources.ts";
import type { OidcSettings } from "../auth/oidc.ts";
import type { Retention } from "../store/store.ts";
import { settingsShape, type Channel, type SettingsText } from "./shape.ts";

export type { Channel } from "./shape.ts";

export interface Settings {
  readonly frameworks?: readonly string[];
  readonly teamLabels?: readonly string[];
  readonly environmentLabels?: readonly string[];
  /** Workloads that attack paths are to be found to; absent: those that a label names. */
  readonly crownJewels?: InventoryOptions["crownJewels"];
  readonly exceptions: readonly Exception[];
  readonly annotations: boolean;
  /** Of one's own, beside the library's. */
  readonly own: { readonly controls: readonly CelControl[]; readonly detections: readonly CelRule[] };
  /** Ids of flaws that attackers are known to use. */
  readonly exploited: readonly string[];
  readonly retention: Retention;
  /** Where it differs from what is usual. */
  readonly evidence?: Partial<Thresholds>;
  /** Milliseconds for which a container is learned before what is new of it is told. */
  readonly learning: { readonly time: number };
  /** Milliseconds for which an edit is watched after it was made. */
  readonly followup: { readonly window: number };
  readonly egress: { readonly allow: readonly string[]; readonly caFile?: string };
  readonly auth: { readonly audiences: readonly string[]; readonly oidc?: OidcSettings };
  /** As Kubernetes names users. Absent: no agent is taken. */
  readonly agents?: { readonly account: string };
  readonly sources?: SourceSettings;
  readonly notify: readonly Channel[];
}

export const usualSettings: Settings = {
  exceptions: [],
  annotations: false,
  own: { controls: [], detections: [] },
  exploited: [],
  retention: { historyDays: 400, exactDays: 30, dailySnapshots: 400 },
  learning: { time: learningTime },
  followup: { window: 24 * 60 * 60_000 },
  egress: { allow: [] },
  auth: { audiences: ["plimsoll"] },
  notify: [],
};

/** Throws a `UserError` (`bad-config`). An empty file is one without settings. */
export function readSettings(bytes: Uint8Array, file: string): Settings {
  const [document, second] = dataIn(bytes, file, "bad-config");
  if (second !== undefined) throw bad(`${second.place([])}: one document is needed, not several`);
  if (document === undefined) return usualSettings;
  const { value, place } = document;
  const [error] = Errors(settingsShape, value);
  if (error !== undefined) {
    const path = pathOf(error.instancePath, value);
    throw bad(`${place(path)}: ${path.join(".") || "the settings"}: ${wordsFor(error)}`);
  }
  const settings = settingsOf(value as SettingsText, file, place);
  refuseUnknown(settings, file);
  return settings;
}

function bad(message: string): UserError {
  return new UserError("bad-config", message, "docs/guides/serve.md lists every setting");
}

function wordsFor({ keyword, message, params }: ReturnType<typeof Errors>[number]): string {
  if (keyword === "boolean" || keyword === "additionalProperties") return "there is no such setting";
  if (keyword === "required") {
    const names = (params as { readonly requiredProperties?: readonly string[] }).requiredProperties;
    return `is missing: ${(names ?? []).join(", ")}`;
  }
  return message;
}

function pathOf(pointer: string, value: Json): Path {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const path: (string | number)[] = [];
  let at: unknown = value;
  for (const step of steps) {
    path.push(Array.isArray(at) ? Number(step) : step);
    at =
      typeof at === "object" && at !== null ? (at as { readonly [key: string]: unknown })[step] : undefined;
  }
  return path;
}

function settingsOf(given: SettingsText, file: string, place: (path: Path) => string): Settings {
  const {
    frameworks,
    labels,
    crownJewels,
    exceptions = [],
    retention,
    evidence,
    learning,
    followup,
    egress,
    auth,
    agents,
    sources,
    notify = [],
  } = given;
  const { caFile } = egress ?? {};
  const { oidc } = auth ?? {};
  return {
    ...(frameworks === undefined ? {} : { frameworks }),
    ...(labels?.team === undefined ? {} : { teamLabels: labels.team }),
    ...(labels?.environment === undefined ? {} : { environmentLabels: labels.environment }),
    ...(crownJewels === undefined
      ? {}
      : { crownJewels: crownJewels as NonNullable<InventoryOptions["crownJewels"]> }),
    exceptions: exceptions.map(({ id, until, match = {}, ...rest }, index) => ({
      id: id ?? `exception-${index + 1}`,
      ...rest,
      ...(until === "never" ? {} : { until }),
      match: match as Exception["match"],
      source: file,
    })),
    annotations: given.annotations ?? false,
    own: ownIn(given.controls ?? [], place),
    exploited: given.exploited ?? usualSettings.exploited,
    retention: { ...usualSettings.retention, ...(retention as Partial<Retention>) },
    ...(evidence === undefined ? {} : { evidence: evidence as Partial<Thresholds> }),
    learning: learning === undefined ? usualSettings.learning : { time: learning.minutes * 60_000 },
    followup: followup === undefined ? usualSettings.followup : { window: followup.minutes * 60_000 },
    egress: { allow: egress?.allow ?? [], ...(caFile === undefined ? {} : { caFile }) },
    auth: {
      audiences: auth?.audiences ?? usualSettings.auth.audiences,
      ...(oidc === undefined ? {} : { oidc: oidc as OidcSettings }),
    },
    ...(agents === undefined ? {} : { agents }),
    ...(sources === undefined ? {} : { sources: sources as SourceSettings }),
    notify,
  };
}

/** Their ids must be free. */
function ownIn(given: readonly unknown[], place: (path: Path) => string): Settings["own"] {
  const own = { controls: [] as CelControl[], detections: [] as CelRule[] };
  const taken = new Set<string>([...library.controls, ...(library.detections ?? [])].map(({ id }) => id));
  for (const [index, value] of (given as readonly Json[]).entries()) {
    const at = (path: Path): string => place(["controls", index, ...path]);
    if (isCustomControl(value)) own.controls.push(readControl(value, at));
    else if (isCustomDetection(value)) own.detections.push(readDetection(value, at));
    else
      throw bad(
        `${at([])}: controls.${index}: apiVersion plimsoll.dev/v1 and kind Control or Detection are needed`,
      );
    const id = String(value["id"]);
    if (taken.has(id))
      throw bad(`${at(["id"])}: controls.${index}.id: ${id} is there already: give yours another id`);
    taken.add(id);
  }
  return own;
}

/** What no schema can tell. */
function refuseUnknown(settings: Settings, file: string): void {
  const { frameworks = [], exceptions, notify, auth, crownJewels = [] } = settings;
  const known = new Set(library.frameworks.map(({ id }) => id));
  const odd = frameworks.find((id) => !known.has(id));
  if (odd !== undefined) throw bad(`${file}: frameworks: there is no ${odd}`);
  const twice = repeated(notify.map(({ id }) => id)) ?? repeated(exceptions.map(({ id }) => id));
  if (twice !== undefined) throw bad(`${file}: the id ${twice} is given twice`);
  refuseOdd(settings, file);
  if (crownJewels.some(({ kind, namespace, name }) => (kind ?? namespace ?? name) === undefined))
    throw bad(`${file}: crownJewels: a kind, a namespace or a name is needed: everything is no target`);
  const { oidc } = auth;
  if (oidc !== undefined && URL.parse(oidc.issuer)?.protocol !== "https:")
    throw bad(`${file}: auth.oidc.issuer: an https address is needed`);
  const day = exceptions.find(({ until }) => until !== undefined && Number.isNaN(Date.parse(until)));
  if (day !== undefined) throw bad(`${file}: exceptions: ${day.until} is no day`);
}

/** An exception that names what nobody knows accepts nothing, and would say so to nobody. The cluster's own policies are not known here. */
function refuseOdd({ exceptions, own }: Settings, file: string): void {
  const controls = [...library.controls, ...own.controls];
  const detections = [...(library.detections ?? []), ...own.detections];
  const known = new Set<string>([
    "*",
    ...controls.flatMap(({ id, equivalents }) => [id, ...equivalents]),
    ...detections.map(({ id }) => id),
  ]);
  for (const { id, controls: accepted, while: condition } of exceptions) {
    const needed = condition !== undefined && "control" in condition ? [condition.control] : [];
    const odd = [...accepted, ...needed].find((each) => !known.has(each) && !each.startsWith("policy."));
    if (odd !== undefined) throw bad(`${file}: exceptions: ${id}: no control is called ${odd}`);
  }
}

function repeated(list: readonly string[]): string | undefined {
  return list.find((entry, index) => list.indexOf(entry) !== index);
}
