// Installs what is missing before `npm start` and `npm test`, so that each README command is one command on a fresh clone.
import { existsSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";

const root = new URL("..", import.meta.url);
const marker = new URL("node_modules/.package-lock.json", root);
const nodeMajor = Number(process.versions.node.split(".")[0]);

if (!existsSync(marker)) {
  console.error("plimsoll: installing dependencies (first run only)…");
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
}
const bundled = existsSync(new URL("node_modules/.bin/node", root));
if (!bundled && nodeMajor < 24) {
  const { engines } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  console.error(
    `plimsoll: needs Node 24 or newer to run (this is ${process.versions.node}, installing needs ${engines.node}); install Node 24 and try again.`,
  );
  process.exit(2);
}
