/** `plimsoll packages`: what is installed in a running container or an unpacked image, with the files of each package. */
import { resolve } from "node:path";
import { counted, sanitize, UserError, type Image } from "@plimsoll/core";
import { loadAgent } from "../agent.ts";
import { defineCommand, type Call } from "../command.ts";
import { checkTarget, writeTarget } from "../output.ts";
import { processFrom } from "../process.ts";
import { version } from "../version.ts";

export const packagesCommand = defineCommand({
  id: "packages",
  summary: "what is installed in a running container or an unpacked image",
  description:
    "Reads the lists of dpkg, apk and rpm, of npm, Python, Java and Go, from the files of the container itself, and which files " +
    "belong to each package: what `plimsoll vulns` needs to tell whether its code is loaded. A running container needs root.",
  arguments: [{ name: "[container]", description: "the id or name of a container on this machine" }],
  options: [
    { flags: "--pid <number>", description: "the container that a process runs in" },
    { flags: "--root <folder>", description: "an unpacked image" },
    {
      flags: "--image <reference>",
      description:
        "what pods call the image, so that its flaws and its containers are found (default: the container)",
    },
    { flags: "--digest <digest>", description: "the digest of its manifest, sha256:…" },
    {
      flags: "-o, --output <file>",
      description: "write a CycloneDX bill of materials, to be read by --images",
    },
    { flags: "--quiet", description: "no notes and no progress" },
  ],
  examples: [
    {
      line: "plimsoll packages web --image registry.example/web:1.4 -o web.cdx.json",
      means: "of a container that runs, for --images of vulns and scan",
    },
    { line: "plimsoll packages --root ./unpacked", means: "of an image's files in a folder" },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const { terminal } = call;
  const output = call.text("output");
  const target = output === undefined ? undefined : await checkTarget(output, terminal.cwd);
  const { path, name } = await placeOf(call);
  const digest = call.text("digest");
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new UserError(
      "usage",
      `--digest is none: ${sanitize(digest)}`,
      "sha256: and 64 hexadecimal digits",
    );
  const { billOf, catalogOf, folderTree, uncatalogued } = await import("@plimsoll/images");
  const tree = folderTree(path);
  if (tree === undefined)
    throw new UserError(
      "no-input",
      `the files of ${sanitize(name)} cannot be read`,
      "look whether it is there, as root",
    );
  if (!call.flag("quiet")) terminal.progress(sanitize(`reading the files of ${name}`));
  const reference = call.text("image") ?? name;
  const { image, left } = catalogOf(tree, { reference, ...(digest === undefined ? {} : { digest }) });
  terminal.progress("");
  if (!call.flag("quiet")) {
    for (const [why, count] of Object.entries(left))
      terminal.note(sanitize(`plimsoll: left out: ${why} (${count})`));
    terminal.note(`plimsoll: not looked for: ${uncatalogued.join("; ")}`);
  }
  if (target !== undefined)
    await writeTarget(target, [`${JSON.stringify(billOf(image, new Date().toISOString(), version))}\n`]);
  else await terminal.out(`${linesOf(image).join("\n")}\n`);
  return 0;
}

interface Place {
  readonly path: string;
  readonly name: string;
}

async function placeOf(call: Call): Promise<Place> {
  const [container, ...more] = call.arguments;
  const [pid, root] = [call.text("pid"), call.text("root")];
  const asked = [container, pid, root].filter((value) => value !== undefined);
  if (asked.length !== 1 || more.length > 0)
    throw new UserError(
      "usage",
      asked.length === 0 ? "nothing to look into was named" : "only one can be looked into",
      "name one container, --pid or --root",
    );
  if (root !== undefined) return { path: resolve(call.terminal.cwd, root), name: root };
  const { findTargets, hierarchyAt, processIn } = await loadAgent();
  const hierarchy = hierarchyAt("/sys/fs/cgroup");
  const processes = pid === undefined ? [] : [processFrom(pid)];
  if (processes.length > 0) return { path: `/proc/${processes[0]}/root`, name: `process ${processes[0]}` };
  const targets = findTargets({ containers: [container!], processes }, hierarchy);
  const found = [...(targets?.cgroups ?? [])].flatMap((cgroup) => processIn(cgroup, hierarchy) ?? []);
  if (found.length === 0)
    throw new UserError(
      "usage",
      `nothing runs in ${sanitize(container!)} any more`,
      "name a container that runs",
    );
  return { path: `/proc/${found[0]}/root`, name: container! };
}

function linesOf({ reference, packages = [] }: Image): readonly string[] {
  const kinds = [...Map.groupBy(packages, ({ ecosystem }) => ecosystem)].sort(
    ([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1),
  );
  const files = packages.reduce((sum, { files: own = [] }) => sum + own.length, 0);
  return [
    sanitize(
      `${reference}: ${counted(packages.length, "package")}, ${counted(files, "file")} of theirs known`,
    ),
    ...kinds.flatMap(([kind, list]) => [
      "",
      sanitize(`${kind}  ${list.length}`),
      ...list.map(({ name, version: own }) => sanitize(`  ${name}${own === "" ? "" : ` ${own}`}`)),
    ]),
  ];
}
