/** Judges the examples of users' own controls and detections: each must come to what its list says. */
import {
  completeExample,
  exampleSnapshot,
  playedExample,
  scan as judge,
  type CelControl,
  type CelRule,
  type Example,
  type Library,
  type RuleExample,
} from "@plimsoll/core";

export interface Rehearsal {
  /** Of the control or the detection. */
  readonly id: string;
  readonly example: string;
  /** What came of it: a result, whether it was told, or that nothing was judged. */
  readonly found: string;
  /** What it should do. */
  readonly wanted: string;
  readonly good: boolean;
}

export function rehearse(control: CelControl, library: Library): readonly Rehearsal[] {
  return (["pass", "fail"] as const).flatMap((wanted) =>
    control.examples[wanted].map((example, index): Rehearsal => {
      const found = outcome(control, example, library);
      const name = example.name ?? `${wanted} ${index + 1}`;
      return { id: control.id, example: name, wanted, found, good: found === wanted };
    }),
  );
}

const outcomes = {
  present: { wanted: "be told", found: "told" },
  absent: { wanted: "not be told", found: "not told" },
} as const;

export function rehearseDetection(rule: CelRule): readonly Rehearsal[] {
  return (["present", "absent"] as const).flatMap((list) =>
    rule.examples[list].map((example, index): Rehearsal => {
      const found = told(rule, example);
      const good = found === outcomes[list].found;
      const name = example.name ?? `${list} ${index + 1}`;
      return { id: rule.id, example: name, wanted: outcomes[list].wanted, found, good };
    }),
  );
}

function told(rule: CelRule, example: RuleExample): string {
  const { detections, undecided } = playedExample(rule, example);
  return undecided[0]?.reason ?? outcomes[detections.length > 0 ? "present" : "absent"].found;
}

/** One failure makes an example fail; it passes where something passed and nothing else came of it. */
function outcome(control: CelControl, example: Example, library: Library): string {
  const snapshot = exampleSnapshot(completeExample(example), example.version);
  const alone = { ...library, controls: [control], frameworks: [] };
  const report = judge(snapshot, alone, { controls: [control.id], everyResult: true, toolVersion: "0.0.0" });
  const results = new Set<string>(report.results.map(({ result }) => result));
  return ["fail", "unknown", "pass", "skip"].find((result) => results.has(result)) ?? "not judged";
}
