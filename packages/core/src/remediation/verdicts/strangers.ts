/** What is said of changed paths that no field speaks for. */
import type { Judged } from "./tell.ts";
import type { Touched } from "./touched.ts";

/** Nothing that a container sees, and nothing that decides where or how many of it run. */
export const inert =
  /^(?:object\.metadata\.(?:labels|annotations)\.|annotations\.|object\.spec\.(?:revisionHistoryLimit|ttlSecondsAfterFinished|successfulJobsHistoryLimit|failedJobsHistoryLimit))/;

/** What no field speaks for. */
export function strangers(
  touched: readonly Touched[],
  isInert: (path: string) => boolean = (path) => inert.test(path),
): readonly Judged[] {
  return touched.map(({ path, container }) => ({
    field: "other",
    ...(container === undefined ? {} : { container }),
    judgement: isInert(path)
      ? { verdict: "clear", basis: "construction", because: "Containers see nothing of it" }
      : {
          verdict: "unknown",
          basis: "observation",
          because: `What a change of ${path.replace(/^(?:object|pod|container)\./, "")} does is not judged`,
          missing: [
            {
              text: `what a change of ${path.replace(/^(?:object|pod|container)\./, "")} does`,
              remedy: "apply it where its failing costs least, and watch",
            },
          ],
        },
  }));
}
