import { suite } from "../suite.ts";

/** Tests of the service against a real API server; `test.sh` gets the programs and runs them. */
export default suite("service", import.meta.dirname, { test: 180_000, hook: 120_000 });
