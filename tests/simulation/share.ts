/** A share of what is known, another for each seed: what a simulated world costs is what its controls cost. */
import type { AttackLibrary } from "@plimsoll/core";
import { library } from "@plimsoll/library";

const shares = 8;

export function libraryShare(seed: number): AttackLibrary {
  const isOurs = (index: number): boolean => index % shares === seed % shares;
  const controls = library.controls.filter((_, index) => isOurs(index));
  const ids = new Set(controls.map(({ id }) => id));
  const frameworks = library.frameworks
    .filter((_, index) => isOurs(index))
    .map((framework) => ({
      ...framework,
      requirements: framework.requirements.map((each) => ({
        ...each,
        controls: each.controls.filter((id) => ids.has(id)),
      })),
    }));
  return { ...library, controls, frameworks };
}
