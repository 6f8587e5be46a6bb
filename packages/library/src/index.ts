/** What Plimsoll knows: its controls and frameworks. Content only. */
import type { Library } from "@plimsoll/core";
import { controls } from "./controls/index.ts";
import { pssBaseline } from "./frameworks/pss-baseline.ts";
import { pssRestricted } from "./frameworks/pss-restricted.ts";
import { tenPractices } from "./frameworks/ten-practices.ts";

export type { ControlId } from "./controls/index.ts";

export const library: Library = { controls, frameworks: [pssBaseline, pssRestricted, tenPractices] };
