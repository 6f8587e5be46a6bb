/** What was seen of each workload, as fields ask for it: of the image that runs now, each behaviour with its replicas and flags. */
import { nothingExpected, expectations, type Expected } from "../../evidence/expected.ts";
import { createLedgers, measuredLedger, measuredWatches, unwatchedCoverage } from "../../evidence/ledger.ts";
import type { Seen as SeenBatch } from "../../evidence/merge.ts";
import { profilesOf, type Behaviour, type Flag, type Profile, type Quorum } from "../../evidence/profile.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import type { EvidenceCoverage, Thresholds } from "../../model/evidence.ts";
import { isJsonObject } from "../../model/json.ts";
import type { ContainerKey, MeasuredKind, ObservationKind, WatchedKind } from "../../model/observation.ts";
import { refKey } from "../../model/resource.ts";
import type { Missing } from "../../model/verdict.ts";
import type { Container, Workload } from "../../model/workload.ts";
import type { ContainerEvidence, DetailOf, Measured, Seen } from "../fields/field.ts";

/** For verdicts. */
export const thresholds: Thresholds = { hours: 24, weekdays: 0, cycles: 1, stale: 24, replicas: 2 };

/** One replica of ten is enough: to guard against an intruder in one of many, not to outvote the work of one of few. */
const quorum: Quorum = { least: 1, share: 0.1 };

export interface WorkloadEvidence {
  readonly container: (container: Container) => ContainerEvidence;
  /** What its service account asked the API for, where no pod is told and no other workload has the account. */
  readonly account: ContainerEvidence;
  readonly expected: (container: string) => Expected;
}

export interface Gathered {
  (workload: Workload): WorkloadEvidence;
  /** Nobody watched it or its account: `nobody` is all that is known of it. */
  readonly isUnwatched: (workload: Workload) => boolean;
  /** What is known of a workload that nobody watched, whichever it is. */
  readonly nobody: WorkloadEvidence;
  /** Whoever uses it. */
  readonly account: (account: Account) => ContainerEvidence;
  /** As `account`, by every log of requests: one that asked for nothing has none of its own. */
  readonly requests: (account: Account) => ContainerEvidence;
}

/** A service account. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

interface Place {
  readonly namespace: string;
  readonly workloadKind: string;
  readonly workload: string;
}

export function gathered(inventory: Inventory, seen: SeenBatch, least: Thresholds = thresholds): Gathered {
  const batches = byWorkload(seen);
  const expectedOf = expectations(inventory);
  const made = new Map<string, WorkloadEvidence>();
  let known: SeenBatch["watches"] | undefined;
  const logs = (): SeenBatch["watches"] =>
    (known ??= seen.watches.filter(({ sight }) => sight["api-request"] !== undefined));
  const nobody = evidenceOf([], () => nothingExpected(inventory.takenAt), nothing, noAccount, least);
  const unseen = unseenFor(nobody, expectedOf, least);
  const accountOf = (account: Place): ContainerEvidence =>
    batches.has(placeOf(account))
      ? accountEvidence(account, batches, expectedOf, least)
      : unseen({ ...account, container: "" });
  const of = (workload: Workload): WorkloadEvidence => {
    const place = placeOfWorkload(workload);
    const key = placeOf(place);
    const before = made.get(key);
    if (before !== undefined) return before;
    const account = placeOfAccount(workload);
    const shared = (accountHolders(inventory).get(placeOf(account))?.size ?? 0) > 1;
    const batch = batches.get(key);
    const profiles = batch === undefined ? [] : profilesOf(batch, { expectedOf, quorum, enough: least });
    const containers = new Map<string, ContainerEvidence>();
    const expected = new Map<string, Expected>();
    const evidence: WorkloadEvidence = {
      container: (container) =>
        remembered(containers, container.name, () => {
          const of = { ...place, container: container.name };
          if (batch === undefined) return unseen(of);
          return evidenceOf(profiles, expectedOf, batch, of, least, runsProbes(container));
        }),
      account: shared ? nobody : accountOf(account),
      expected: (container) => remembered(expected, container, () => expectedOf({ ...place, container })),
    };
    made.set(key, evidence);
    return evidence;
  };
  return Object.assign(of, {
    isUnwatched: (workload: Workload) =>
      batches.size === 0 ||
      (!batches.has(placeOf(placeOfWorkload(workload))) && !batches.has(placeOf(placeOfAccount(workload)))),
    nobody: {
      container: () => nobody,
      account: nobody,
      expected: () => nothingExpected(inventory.takenAt),
    },
    account: ({ namespace, name }: Account) =>
      accountOf({ namespace, workloadKind: "ServiceAccount", workload: name }),
    requests: ({ namespace, name }: Account) => {
      const account: Place = { namespace, workloadKind: "ServiceAccount", workload: name };
      return accountEvidence(account, batches, expectedOf, least, logs());
    },
  });
}

const nothing: SeenBatch = { observations: [], watches: [], detections: [] };
const noAccount: ContainerKey = {
  namespace: "",
  workloadKind: "ServiceAccount",
  workload: "",
  container: "",
};

function accountEvidence(
  account: Place,
  batches: ReadonlyMap<string, SeenBatch>,
  expectedOf: (container: ContainerKey) => Expected,
  least: Thresholds,
  logs: SeenBatch["watches"] = [],
): ContainerEvidence {
  const batch = batches.get(placeOf(account)) ?? nothing;
  const profiles = profilesOf(batch, { expectedOf, quorum, enough: least });
  const watches = [...new Set([...batch.watches, ...logs])];
  return evidenceOf(profiles, expectedOf, { ...batch, watches }, { ...account, container: "" }, least);
}

function byWorkload(seen: SeenBatch): ReadonlyMap<string, SeenBatch> {
  const keyOf = ({ container }: { readonly container: ContainerKey }): string => placeOf(container);
  const [observations, watches, detections] = [
    Map.groupBy(seen.observations, keyOf),
    Map.groupBy(seen.watches, keyOf),
    Map.groupBy(seen.detections, keyOf),
  ];
  const keys = new Set([...observations.keys(), ...watches.keys(), ...detections.keys()]);
  return new Map(
    [...keys].map((key) => [
      key,
      {
        observations: observations.get(key) ?? [],
        watches: watches.get(key) ?? [],
        detections: detections.get(key) ?? [],
      },
    ]),
  );
}

function placeOfWorkload({ root: { kind, namespace, name } }: Workload): Place {
  return { namespace, workloadKind: kind, workload: name };
}

function placeOfAccount({ serviceAccount: { namespace, name } }: Workload): Place {
  return { namespace, workloadKind: "ServiceAccount", workload: name };
}

function placeOf({ namespace, workloadKind, workload }: Place): string {
  return JSON.stringify([namespace, workloadKind, workload]);
}

interface Held {
  readonly account: string;
  readonly root: string;
}

/** Of a workload, which stays the same while others change. */
const heldBy = new WeakMap<Workload, Held>();
const holdersIn = new WeakMap<readonly Workload[], ReadonlyMap<string, ReadonlySet<string>>>();

/** The workloads of each account. */
function accountHolders({ workloads }: Inventory): ReadonlyMap<string, ReadonlySet<string>> {
  const known = holdersIn.get(workloads);
  if (known !== undefined) return known;
  const holders = new Map<string, Set<string>>();
  for (const workload of workloads) {
    let held = heldBy.get(workload);
    if (held === undefined) {
      held = { account: placeOf(placeOfAccount(workload)), root: refKey(workload.root) };
      heldBy.set(workload, held);
    }
    const roots = holders.get(held.account);
    if (roots === undefined) holders.set(held.account, new Set([held.root]));
    else roots.add(held.root);
  }
  holdersIn.set(workloads, holders);
  return holders;
}

function evidenceOf(
  profiles: readonly Profile[],
  expectedOf: (container: ContainerKey) => Expected,
  batch: SeenBatch,
  key: ContainerKey,
  least: Thresholds,
  probed = false,
): ContainerEvidence {
  const ledger = createLedgers(batch, expectedOf, least)(key);
  const peaks = measuredLedger(batch.watches, expectedOf, least);
  const coverage = (kind: WatchedKind): EvidenceCoverage =>
    kind === "memory" || kind === "cpu" ? peaks(key, kind) : ledger.kinds[kind];
  const { images } = expectedOf(key);
  const behaviours = profiles
    .filter(({ container }) => isOf(container, key, images))
    .flatMap((profile) => profile.behaviours);
  const byKind = Map.groupBy(
    behaviours.flatMap((behaviour) => seenOf(behaviour, probed)),
    ({ detail }) => detail.kind,
  );
  return {
    seen: <K extends ObservationKind>(kind: K) => (byKind.get(kind) ?? []) as unknown as readonly Seen<K>[],
    coverage,
    measured: (kind: MeasuredKind) =>
      measuredWatches(batch.watches, key, kind, expectedOf(key)) as readonly Measured[],
    lacks: (kind) => {
      const { lacks, replicasSeen } = coverage(kind);
      return lacks
        .filter(({ id, counts }) => counts && !(id === "replicas" && replicasSeen >= least.replicas))
        .map(({ text, remedy }): Missing => ({ text, remedy }));
    },
  };
}

/** Of what nobody watched: nothing was seen, and the lack is the same for all. Its coverage is worked out only where one asks. */
function unseenFor(
  nobody: ContainerEvidence,
  expectedOf: (container: ContainerKey) => Expected,
  least: Thresholds,
): (key: ContainerKey) => ContainerEvidence {
  return (key) => {
    const made = new Map<string, EvidenceCoverage>();
    return {
      ...nobody,
      coverage: (kind) => remembered(made, kind, () => unwatchedCoverage(kind, expectedOf(key), least)),
    };
  };
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = make()));
  return found;
}

/** Of that container or of its pod as a whole, and of the image that runs now, as the ledger takes it. */
function isOf(told: ContainerKey, { container }: ContainerKey, images: readonly string[]): boolean {
  if (told.container !== container && told.container !== "") return false;
  return told.image === undefined || images.length === 0 || images.includes(told.image);
}

/** What the runtime did before the container's own first process is no doing of the container, nor is somebody's exec. */
function seenOf(
  { witnesses, flags, replicas, replicasWatched }: Behaviour,
  probed: boolean,
): readonly Seen[] {
  const ids = flags.map(({ id }) => id);
  if (ids.includes("set-up") || (ids.includes("exec") && !probed)) return [];
  return witnesses.map((observation) => ({
    detail: observation.detail as DetailOf<ObservationKind>,
    observation,
    replicas,
    replicasWatched,
    flags: flags.filter(isDoubt).map(({ text }) => text),
  }));
}

/** That kubelet's own commands come in by exec is no reason to doubt them. */
function isDoubt({ id }: Flag): boolean {
  return id !== "exec";
}

/** Kubelet runs programs in it, which sensors cannot tell from somebody's exec. */
function runsProbes({ raw }: Container): boolean {
  const lifecycle = isJsonObject(raw["lifecycle"]) ? Object.values(raw["lifecycle"]) : [];
  return [raw["livenessProbe"], raw["readinessProbe"], raw["startupProbe"], ...lifecycle].some(
    (value) => isJsonObject(value) && value["exec"] !== undefined,
  );
}
