/** The CIS Kubernetes Benchmark 1.12: the numbers and demands of 2.0.1; only wording, and two entries' level or type, differ. */
import type { Framework } from "@plimsoll/core";
import type { ControlId } from "../controls/index.ts";
import { cis201 } from "./cis-2.0.1.ts";
import { owners } from "./cis/owners.ts";

export const cis112: Framework<ControlId> = {
  id: "cis-1.12",
  title: "CIS Kubernetes Benchmark 1.12",
  version: "1.12",
  source: "Center for Internet Security, https://www.cisecurity.org/benchmark/kubernetes",
  description:
    "The 131 recommendations of the edition before 2.0, by their published numbers, titled in words of our own. Edition 2.0.1 asks for the same; it calls 4.3.1 manual where this one calls it automated, and moves 5.2.9 to level 2.",
  requirements: cis201.requirements,
  owners,
};
