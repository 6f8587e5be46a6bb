/** Plays an example of a detection: a container that did what the example says, watched for as long as it says. */
import type { Observation, ObservationDetail, Origin, Watch } from "../model/observation.ts";
import { detectionsOf, type Detected } from "./detect.ts";
import { learningTime } from "./learned.ts";
import type { CelRule, RuleExample } from "./rule.ts";

const container = { namespace: "shop", workloadKind: "Deployment", workload: "cart", container: "app" };
const source = { pod: "cart-1", provenance: "node-1" };
const begin = Date.UTC(2026, 0, 1);
const minute = 60_000;

/** What the rule tells of the example's behaviour alone. */
export function playedExample(
  rule: CelRule,
  { detail, origin, earlier = [], settled = false }: RuleExample,
): Detected {
  const now = settled ? learningTime + minute : minute;
  const observations = [...earlier.map((each) => seen(each, 1_000, "entrypoint")), seen(detail, now, origin)];
  return detectionsOf({ observations, watches: [watch(rule, now + 1)] }, [rule], { since: at(now) });
}

function at(offset: number): string {
  return new Date(begin + offset).toISOString();
}

function seen(detail: ObservationDetail, offset: number, origin?: Origin): Observation {
  const time = at(offset);
  return {
    container,
    detail,
    sensor: "example",
    trust: "kernel",
    ...(origin === undefined ? {} : { origin }),
    support: [{ ...source, first: time, last: time, count: 1 }],
  };
}

/** Of all that the rule looks at, whole and from the start. */
function watch({ kinds }: CelRule, offset: number): Watch {
  const interval = { from: at(0), to: at(offset) };
  return {
    ...source,
    container,
    sensor: "example",
    watched: [interval],
    heard: [interval],
    fromStart: true,
    sight: Object.fromEntries(kinds.map((kind) => [kind, "whole"])),
    events: {},
    drops: 0,
  };
}
