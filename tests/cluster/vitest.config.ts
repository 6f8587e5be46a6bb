import { suite } from "../suite.ts";

/** Tests against the real cluster; `test.sh` starts it and runs them inside its network namespace. */
export default suite("cluster", import.meta.dirname, { test: 120_000, hook: 300_000 });
