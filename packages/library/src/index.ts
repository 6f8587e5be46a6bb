/** What Plimsoll knows: its controls, frameworks, attack edges and detections. Content only. */
import type { AttackLibrary } from "@plimsoll/core";
import { controls } from "./controls/index.ts";
import { detections } from "./detections/index.ts";
import { edges } from "./edges/index.ts";
import { cis112 } from "./frameworks/cis-1.12.ts";
import { cis201 } from "./frameworks/cis-2.0.1.ts";
import { mitre } from "./frameworks/mitre.ts";
import { nsa } from "./frameworks/nsa.ts";
import { pssBaseline } from "./frameworks/pss-baseline.ts";
import { pssRestricted } from "./frameworks/pss-restricted.ts";
import { soc2 } from "./frameworks/soc2.ts";
import { tenPractices } from "./frameworks/ten-practices.ts";

export type { ControlId } from "./controls/index.ts";
export { catalogues, type Catalogue } from "./equivalents/index.ts";

export const library: AttackLibrary = {
  controls,
  frameworks: [cis112, cis201, mitre, nsa, pssBaseline, pssRestricted, soc2, tenPractices],
  edges,
  detections,
};
