import { expect, test } from "vitest";
import type { Exception, ExceptionCondition } from "../model/exception.ts";
import type { Json } from "../model/json.ts";
import type { Resource } from "../model/resource.ts";
import { scan } from "../scan.ts";
import { faultOf } from "./conditions.ts";
import { defineControl } from "./control.ts";
import { exampleSnapshot } from "./example.ts";

const shape = {
  title: "t",
  severity: "high",
  why: "w",
  remediation: "r",
  equivalents: [],
  message: "m",
  noFix: "n",
  examples: { pass: [], fail: [] },
} as const;
const hostNetwork = defineControl({
  ...shape,
  id: "no-host-network",
  target: "pod",
  path: "spec.hostNetwork",
  validate: "!pod.spec.?hostNetwork.orValue(false)",
});
const marked = defineControl({
  ...shape,
  id: "marked",
  target: "namespace",
  path: "metadata",
  validate: "object.metadata.?labels[?'marked'].orValue('') == 'yes'",
});

function resource(kind: string, name: string, namespace: string | undefined, more: Json = {}): Resource {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  return { apiVersion: "v1", kind, metadata, ...(more as object) } as Resource;
}
const pods = ["shop", "bank"].map((namespace) =>
  resource("Pod", "p", namespace, { spec: { hostNetwork: true, containers: [{ name: "a", image: "b" }] } }),
);
const policyKind = "networking.k8s.io/v1/NetworkPolicy";
const policy = (namespace: string, types: Json): Resource => ({
  ...resource("NetworkPolicy", "deny", namespace, { spec: { podSelector: {}, policyTypes: types } }),
  apiVersion: "networking.k8s.io/v1",
});
const egress = "object.spec.policyTypes.exists(type, type == 'Egress')";

function told(
  condition: ExceptionCondition,
  resources: readonly Resource[],
  covered: readonly string[] = ["*"],
) {
  const exception: Exception = {
    id: "e",
    controls: ["no-host-network"],
    reason: "no way out",
    owner: "ops",
    match: {},
    while: condition,
    source: "test",
  };
  const snapshot = { ...exampleSnapshot([...pods, ...resources]), covered };
  const library = { controls: [hostNetwork, marked], frameworks: [] };
  const report = scan(snapshot, library, { toolVersion: "0", exceptions: [exception] });
  return {
    accepted: report.results
      .filter((result) => result.exception !== undefined)
      .map((result) => result.resource.namespace),
    state: report.exceptions[0]!.state,
    because: report.exceptions[0]!.because,
  };
}

const without = ["v1/Pod", "v1/Namespace"];

test.each<
  readonly [
    string,
    ExceptionCondition,
    readonly Resource[],
    readonly string[],
    string,
    RegExp,
    readonly string[],
  ]
>([
  [
    "where the policy is",
    { kind: policyKind, holds: egress },
    [policy("shop", ["Egress"])],
    ["shop"],
    "lapsed",
    /^condition no longer holds: no NetworkPolicy is there in bank; 1 findings are open again, 1 are accepted/,
    ["*"],
  ],
  [
    "nowhere",
    { kind: policyKind, holds: egress },
    [],
    [],
    "lapsed",
    /no NetworkPolicy is there in bank; 2 findings/,
    ["*"],
  ],
  [
    "it says otherwise",
    { kind: policyKind, holds: egress },
    [policy("shop", ["Ingress"]), policy("bank", ["Ingress"])],
    [],
    "lapsed",
    /no NetworkPolicy in bank is as it says/,
    ["*"],
  ],
  [
    "of one namespace for all",
    { kind: policyKind, holds: egress, namespace: "shop" },
    [policy("shop", ["Egress"])],
    ["bank", "shop"],
    "over-broad",
    /./,
    ["*"],
  ],
  [
    "by its name",
    { kind: policyKind, name: "allow", holds: egress },
    [policy("shop", ["Egress"])],
    [],
    "lapsed",
    /no NetworkPolicy allow is there/,
    ["*"],
  ],
  [
    "it cannot be told",
    { kind: policyKind, holds: "object.spec.nothing" },
    [policy("shop", ["Egress"]), policy("bank", [])],
    [],
    "lapsed",
    /^condition not known: /,
    ["*"],
  ],
  [
    "it was not read",
    { kind: policyKind, holds: egress },
    [],
    [],
    "lapsed",
    /^condition not known: networking.k8s.io\/v1\/NetworkPolicy was not read whole/,
    without,
  ],
  [
    "a control that is met",
    { control: "marked" },
    [resource("Namespace", "shop", undefined, { metadata: { name: "shop", labels: { marked: "yes" } } })],
    ["shop"],
    "lapsed",
    /marked was not met in bank: nothing to judge/,
    ["*"],
  ],
  [
    "a control that fails",
    { control: "marked" },
    [resource("Namespace", "shop", undefined), resource("Namespace", "bank", undefined)],
    [],
    "lapsed",
    /marked fails in bank \(Namespace bank\)/,
    ["*"],
  ],
  [
    "a control that cannot be judged",
    { control: "marked" },
    [],
    [],
    "lapsed",
    /^condition not known: marked in bank/,
    ["v1/Pod"],
  ],
  [
    "a control that is not there",
    { control: "other" },
    [],
    [],
    "lapsed",
    /^condition not known: there is no control other/,
    ["*"],
  ],
])("%s", (_, condition, resources, accepted, state, because, covered) => {
  expect(told(condition, resources, covered)).toEqual({
    accepted,
    state,
    because: expect.stringMatching(because),
  });
});

test.each<{ readonly condition: ExceptionCondition; readonly fault?: RegExp }>([
  { condition: { control: "x" } },
  { condition: { kind: policyKind, holds: egress } },
  { condition: { kind: "NetworkPolicy", holds: egress }, fault: /^kind: / },
  { condition: { kind: policyKind, holds: "object." }, fault: /^holds: / },
  { condition: { kind: policyKind, holds: "pod.x" }, fault: /^holds: / },
])("$condition", ({ condition, fault }) => {
  if (fault === undefined) expect(faultOf(condition)).toBeUndefined();
  else expect(faultOf(condition)).toMatch(fault);
});
