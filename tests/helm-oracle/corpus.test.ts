/** Charts of other projects: every file that helm renders is rendered to the same bytes, and what helm refuses is refused. */
import { afterAll, expect, test } from "vitest";
import { samples } from "./corpus.ts";
import { ask, renderOurs, type Answer } from "./oracle.ts";

const all = samples();
const answers = ask(all.map(({ chart, set }) => ({ chart, set, times: 2 })));
const tally = { charts: new Set<string>(), files: 0, varying: 0, timed: 0, refused: 0 };

afterAll(() => {
  const { charts, files, varying, timed, refused } = tally;
  console.log(
    `${charts.size} charts in ${all.length} renderings: ${files} files equal, ${refused} renderings refused by both; ` +
      `not compared: ${varying} files that helm renders differently each time, ${timed} that depend on the time`,
  );
});

test("there is a corpus", () => {
  expect(all.length).toBeGreaterThan(100);
});

test.each(all.map((sample, index) => [sample.title, sample, answers[index]] as const))(
  "%s",
  async (_, { chart, set }, theirs) => {
    const ours = await renderOurs({ chart, set });
    if (theirs?.error !== undefined) {
      expect(ours.error, `helm: ${theirs.error}`).toBeDefined();
      expect(ours.unsupported).toBeUndefined();
      tally.refused += 1;
      return;
    }
    expect(ours.error).toBeUndefined();
    const later = await renderOurs({ chart, set }, 1);
    const skipped = skippedOf(theirs, ours.files ?? {}, later.files ?? {}, ours.chances);
    expect(Object.keys(ours.files ?? {}).sort()).toEqual(Object.keys(theirs?.files ?? {}).sort());
    for (const [name, text] of Object.entries(theirs?.files ?? {})) {
      if (skipped.has(name)) continue;
      expect(ours.files?.[name], name).toBe(text);
      tally.files += 1;
    }
    tally.charts.add(chart);
  },
);

type Files = Readonly<Record<string, string>>;

/** Only what is known to vary: helm's own renderings differ and we told so, or ours differ by the clock. */
function skippedOf(
  theirs: Answer | undefined,
  ours: Files,
  later: Files,
  chances: readonly string[],
): ReadonlySet<string> {
  const varying = chances.length === 0 ? [] : (theirs?.varies ?? []);
  const timed = Object.keys(ours).filter((name) => ours[name] !== later[name] && !varying.includes(name));
  tally.varying += varying.length;
  tally.timed += timed.length;
  return new Set([...varying, ...timed]);
}
