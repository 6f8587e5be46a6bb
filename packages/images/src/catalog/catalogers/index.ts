/** Every cataloger. */
import type { Cataloger } from "../cataloger.ts";
import { apk } from "./apk.ts";
import { dpkg } from "./dpkg.ts";
import { go } from "./go.ts";
import { jar } from "./jar.ts";
import { npm } from "./npm.ts";
import { python } from "./python.ts";
import { rpm } from "./rpm.ts";

export const catalogers: readonly Cataloger[] = [apk, dpkg, go, jar, npm, python, rpm];
