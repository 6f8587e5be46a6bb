/** Edits of roles and policies are blamed by refusals that are their own doing, and by no other; nothing is confirmed that nobody looked at. */
import { expect, test } from "vitest";
import { createInventory } from "../../inventory/build.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Observation, ObservationDetail, Watch } from "../../model/observation.ts";
import { refOf, type Resource } from "../../model/resource.ts";
import { keyOf, of, rbac, seen, snapshotOf, watch } from "../fixtures/shop.ts";
import { fieldsTouched } from "./followed-fields.ts";
import { judgeFollowedObject } from "./followed-object.ts";
import type { Followed } from "./followed.ts";
import { judgeConfirmed } from "./followup.ts";
import { touchedBy } from "../verdicts/touched.ts";
import { undoOf } from "../patches/undo.ts";

const since = "2025-12-31T00:00:00Z";
const until = "2026-01-02T12:00:00Z";
const [early, late] = ["2026-01-01T00:00:00Z", "2026-01-02T20:00:00Z"];

const rule = (resources: readonly string[], verbs: readonly string[]): JsonObject => ({
  apiGroups: [""],
  resources,
  verbs,
});
const role = (...rules: readonly JsonObject[]): Resource => of(`${rbac}/v1`, "Role", "r", "shop", { rules });
const wide = role(rule(["configmaps", "secrets"], ["get"]));
const narrow = role(rule(["configmaps"], ["get"]));
const bound = of(`${rbac}/v1`, "RoleBinding", "r", "shop", {
  roleRef: { apiGroup: rbac, kind: "Role", name: "r" },
  subjects: [{ kind: "ServiceAccount", namespace: "shop", name: "reader" }],
});
const policy = (ingress: readonly JsonObject[]): Resource =>
  of("networking.k8s.io/v1", "NetworkPolicy", "db", "data", {
    spec: { podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress"], ingress },
  });
const [open, shut] = [policy([{}]), policy([])];

const asked = (resource: string, allowed = false): ObservationDetail => ({
  kind: "api-request",
  verb: "get",
  group: "",
  resource,
  namespace: "shop",
  name: "a",
  allowed,
});
const refused: ObservationDetail = {
  kind: "connection",
  operation: "connect",
  direction: "out",
  protocol: "TCP",
  port: 5432,
  peer: { namespace: "data", workload: "Deployment/db" },
  refused: true,
};
const account = keyOf("reader", "ServiceAccount");
const byReader = (...details: readonly ObservationDetail[]): readonly Observation[] =>
  seen(account, details, "");
const watches: readonly Watch[] = [watch(account, ""), watch(keyOf("web"))];

function followed(before: Resource, after: Resource): Followed {
  const touched = touchedBy(before, after);
  return {
    id: "f",
    edit: "e",
    title: "t",
    severity: "high",
    resource: refOf(after),
    resolved: ["c:x"],
    since,
    until,
    fields: fieldsTouched(after, touched),
    changed: [],
    undo: undoOf(before, after),
    promised: "clear",
  };
}

interface Case {
  readonly before: Resource;
  readonly after: Resource;
  readonly now?: string;
  readonly stands?: Resource;
  readonly observations?: readonly Observation[];
  readonly watched?: boolean;
}

const before1 = (list: readonly Observation[]): readonly Observation[] =>
  list.map((each) => ({
    ...each,
    support: each.support.map((entry) => ({ ...entry, first: "2025-12-30T00:00:00Z" })),
  }));

test.each<readonly [string, string, Case]>([
  ["nothing refused yet", "watching", { before: wide, after: narrow, now: early }],
  [
    "a request that the role let before",
    "blamed",
    { before: wide, after: narrow, observations: byReader(asked("secrets")) },
  ],
  [
    "a request that it never let",
    "confirmed",
    { before: wide, after: narrow, observations: byReader(asked("pods")) },
  ],
  [
    "a request that was refused before the change, too",
    "confirmed",
    { before: wide, after: narrow, observations: before1(byReader(asked("secrets"))) },
  ],
  [
    "a request that was let",
    "confirmed",
    { before: wide, after: narrow, observations: byReader(asked("configmaps", true)) },
  ],
  [
    "another account's",
    "confirmed",
    {
      before: wide,
      after: narrow,
      observations: seen(keyOf("web2", "ServiceAccount"), [asked("secrets")], ""),
    },
  ],
  [
    "an account that another binding gives the same",
    "confirmed",
    {
      before: wide,
      after: narrow,
      observations: seen(keyOf("web", "ServiceAccount"), [asked("secrets")], ""),
    },
  ],
  ["nobody read the log", "unknown", { before: wide, after: narrow, watched: false }],
  ["taken back", "taken-back", { before: wide, after: narrow, stands: wide }],
  [
    "a connection that the policy let before",
    "blamed",
    { before: open, after: shut, observations: seen(keyOf("web"), [refused]) },
  ],
  [
    "one that it refuses as little now as before",
    "confirmed",
    {
      before: shut,
      after: policy([{ from: [{ podSelector: { matchLabels: { app: "x" } } }] }]),
      observations: seen(keyOf("web"), [refused]),
    },
  ],
  ["nobody watched connections", "unknown", { before: open, after: shut, watched: false }],
])("%s: %s", (_, state, { before, after, now = late, stands = after, observations = [], watched = true }) => {
  const inventory = createInventory(snapshotOf([], [stands, bound]));
  const outcome = judgeFollowedObject(followed(before, after), {
    now,
    object: stands,
    inventory: () => inventory,
    seen: { observations, watches: watched ? watches : [], detections: [] },
  });
  expect(outcome.state, outcome.text).toBe(state);
  if (state === "blamed") expect(outcome.text).toContain("As it was, it let that");
  if (state === "unknown") expect(outcome.missing.length).toBeGreaterThan(0);
});

test("a confirmed one that is taken back is told as drift", () => {
  const one = followed(wide, narrow);
  const confirmed = { state: "confirmed", text: "", signs: [], pods: 0, looked: [], missing: [] } as const;
  expect(judgeConfirmed(one, confirmed, narrow).state).toBe("confirmed");
  expect(judgeConfirmed(one, confirmed, wide)).toMatchObject({ state: "taken-back", was: "confirmed" });
});
