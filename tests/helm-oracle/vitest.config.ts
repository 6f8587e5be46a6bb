import { suite } from "../suite.ts";

/** Tests of the chart renderer against helm itself; `test.sh` builds helm, gets the charts and runs them. */
export default suite("helm", import.meta.dirname, { test: 240_000, hook: 120_000 });
