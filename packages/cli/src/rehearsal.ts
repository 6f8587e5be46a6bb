/** Judges the examples of users' own controls: those that should pass must pass, those that should fail must fail. */
import {
  completeExample,
  exampleSnapshot,
  scan as judge,
  type CelControl,
  type Example,
  type Library,
} from "@plimsoll/core";

export interface Rehearsal {
  readonly control: string;
  readonly example: string;
  readonly wanted: "pass" | "fail";
  /** What came of it: a result, or that nothing was judged. */
  readonly found: string;
}

export function rehearse(control: CelControl, library: Library): readonly Rehearsal[] {
  return (["pass", "fail"] as const).flatMap((wanted) =>
    control.examples[wanted].map((example, index): Rehearsal => {
      const found = outcome(control, example, library);
      return { control: control.id, example: example.name ?? `${wanted} ${index + 1}`, wanted, found };
    }),
  );
}

/** One failure makes an example fail; it passes where something passed and nothing else came of it. */
function outcome(control: CelControl, example: Example, library: Library): string {
  const snapshot = exampleSnapshot(completeExample(example), example.version);
  const alone = { ...library, controls: [control], frameworks: [] };
  const report = judge(snapshot, alone, { controls: [control.id], everyResult: true, toolVersion: "0.0.0" });
  const results = new Set<string>(report.results.map(({ result }) => result));
  return ["fail", "unknown", "pass", "skip"].find((result) => results.has(result)) ?? "not judged";
}
