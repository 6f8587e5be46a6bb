import { suite } from "../suite.ts";

/** Tests in a real browser; `test.sh` installs it. */
export default suite("browser", import.meta.dirname, { test: 120_000, hook: 120_000 });
