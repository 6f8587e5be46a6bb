/** Writes docs/reference from the units themselves; `--check` only says whether it is up to date. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  completeExample,
  isCelControl,
  ownerOf,
  powers,
  type Control,
  type Example,
  type FixStep,
  type Framework,
} from "@plimsoll/core";
import { catalogues, library, type Catalogue } from "@plimsoll/library";
import {
  beyondKubehound,
  kubehoundAttacks,
  kubehoundVertices,
} from "../packages/library/src/edges/elsewhere.ts";
import { stringify } from "yaml";
import { fieldsPage } from "./fields-page.ts";

const root = join(import.meta.dirname, "../docs/reference");
const pages = new Map<string, string>();

const managed = ["eks", "aks", "gke"] as const;

const requirementsOf = new Map<string, string[]>();
for (const framework of library.frameworks) {
  for (const requirement of framework.requirements) {
    for (const id of requirement.controls) {
      const link = `[${framework.id} ${requirement.id}](../frameworks/${framework.id}.md)`;
      requirementsOf.set(id, [...(requirementsOf.get(id) ?? []), link]);
    }
  }
}

const controls = [...library.controls].sort((a, b) => (a.id < b.id ? -1 : 1));
for (const control of controls) pages.set(`controls/${control.id}.md`, controlPage(control));
for (const framework of library.frameworks)
  pages.set(`frameworks/${framework.id}.md`, frameworkPage(framework));
for (const catalogue of catalogues) pages.set(`equivalents/${catalogue.id}.md`, cataloguePage(catalogue));
pages.set("attack-edges.md", edgesPage());
pages.set("detections.md", detectionsPage());
pages.set("fields.md", fieldsPage());
pages.set("README.md", indexPage());
finish();
await import("./cli-docs.ts");
await import("./api-docs.ts");

function controlPage(control: Control): string {
  const { id, title, severity, why, remediation, equivalents, examples } = control;
  return (
    [
      `# ${title}`,
      `\`${id}\` · ${severity} · ${control.target}${control.grants === undefined ? "" : ` · gives away: ${control.grants}`}`,
      "## Why it matters",
      why,
      "## What to do",
      remediation,
      "## How it is judged",
      checkText(control),
      "## Fix",
      fixText(control),
      "## Fails",
      ...examples.fail.map(exampleText),
      "## Passes",
      ...examples.pass.map(exampleText),
      "## Also known as",
      equivalents.length === 0
        ? "Nowhere else that we know of."
        : equivalents.map((entry) => `- \`${entry}\``).join("\n"),
      "## Helps to meet",
      requirementsOf
        .get(id)
        ?.map((link) => `- ${link}`)
        .join("\n") ?? "No framework yet.",
    ].join("\n\n") + "\n"
  );
}

function checkText(control: Control): string {
  if (!isCelControl(control))
    return `A function over the inventory, reading: ${control.reads.join(", ") || "its target"}.`;
  const parts = [
    `For each ${control.each === undefined ? control.target : `\`item\` of \`${control.each}\` in each ${control.target}`}`,
  ];
  if (control.when !== undefined) parts.push(`where\n\n\`\`\`cel\n${control.when}\n\`\`\`\n\n`);
  parts.push(`this must be true:\n\n\`\`\`cel\n${control.validate}\n\`\`\``);
  for (const { until, validate } of control.versions ?? [])
    parts.push(`\n\nUp to Kubernetes ${until}:\n\n\`\`\`cel\n${validate}\n\`\`\``);
  if (control.since !== undefined) parts.push(`\n\nFrom Kubernetes ${control.since} on.`);
  return parts.join(" ");
}

function fixText({ fix, noFix }: Control): string {
  if (fix === undefined) return `No patch: ${noFix}`;
  return [...fix.map(stepText), ...(noFix === undefined ? [] : ["", `No patch everywhere: ${noFix}`])].join(
    "\n",
  );
}

function stepText(step: FixStep): string {
  const from = step.base === undefined ? "" : ` (from the ${step.base})`;
  if ("from" in step)
    return `- set \`${step.set}\`${from} to what this gives:\n\n  \`\`\`cel\n  ${step.from}\n  \`\`\``;
  if ("set" in step) return `- set \`${step.set}\` to \`${JSON.stringify(step.to)}\`${from}`;
  if ("remove" in step && step.keys !== undefined)
    return `- remove from \`${step.remove}\`${from} the keys that this gives:\n\n  \`\`\`cel\n  ${step.keys}\n  \`\`\``;
  if ("remove" in step) return `- remove ${step.remove === "" ? "the entry" : `\`${step.remove}\``}${from}`;
  const unless = step.unless?.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  return `- append \`${JSON.stringify(step.value)}\` to \`${step.append}\`${from}${unless === undefined ? "" : `, unless ${unless} is in it`}`;
}

function exampleText(example: Example): string {
  const name =
    example.name === undefined
      ? ""
      : `${example.name}${example.version === undefined ? "" : ` (Kubernetes ${example.version})`}:\n\n`;
  const shown = completeExample(example).map((resource) =>
    stringify(resource, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return `${name}\`\`\`yaml\n${shown.join("---\n")}\`\`\``;
}

function frameworkPage(framework: Framework): string {
  const rows = framework.requirements.map(({ id, title, controls, manual }) => {
    const met = controls.map((control) => `[${control}](../controls/${control}.md)`).join(", ");
    const whose = managed.map((distribution) => ownerOf(framework, id, distribution));
    return `| ${id} | ${title} | ${met || `by hand: ${manual ?? ""}`} | ${[...new Set(whose)].join(", ")} |`;
  });
  const automated = framework.requirements.filter((entry) => entry.controls.length > 0).length;
  return (
    [
      `# ${framework.title}`,
      `\`${framework.id}\` · ${framework.version} · ${framework.source}`,
      framework.description,
      `${automated} of ${framework.requirements.length} requirements are measured by controls.`,
      ["| id | requirement | controls | on EKS, AKS and GKE it is the |", "|---|---|---|---|", ...rows].join(
        "\n",
      ),
      "Where you run the control plane yourself, every requirement is yours.",
    ].join("\n\n") + "\n"
  );
}

/** For people who come from another scanner: which control is the equal of a check, or why none is. */
function cataloguePage({ id, title, needs, unmet, outside }: Catalogue): string {
  const all = Object.values(needs).flat();
  const equals = all.map(
    (entry) => [entry, controls.filter(({ equivalents }) => equivalents.includes(`${id}:${entry}`))] as const,
  );
  const met = equals.filter(([, list]) => list.length > 0);
  const rows = met.map(
    ([entry, list]) =>
      `| ${entry} | ${list.map((control) => `[${control.id}](../controls/${control.id}.md)`).join(", ")} |`,
  );
  return (
    [
      `# ${title}`,
      `${met.length} of ${all.length} have an equal here.`,
      ["| id | controls |", "|---|---|", ...rows].join("\n"),
      "## Without an equal",
      ...unmet.map(({ because, ids }) => `${because}\n\n${ids.map((entry) => `\`${entry}\``).join(" ")}`),
      ...(outside === undefined ? [] : ["## About other things than security"]),
      ...(outside ?? []).map(
        ({ because, ids }) => `${because}\n\n${ids.map((entry) => `\`${entry}\``).join(" ")}`,
      ),
    ].join("\n\n") + "\n"
  );
}

/** Every step that the attack graph knows: what stands in the cluster, and what rights give. */
function edgesPage(): string {
  const cell = (list: readonly string[] = []): string => list.map((entry) => `\`${entry}\``).join(" ");
  const edges = (library.edges ?? []).map(
    ({ id, title, from, to, technique, brokenBy, equivalents }) =>
      `| \`${id}\` | ${title} | ${from} → ${to} | ${technique} | ${cell(brokenBy)} | ${cell(equivalents)} |`,
  );
  const rights = powers.map(
    ({ id, title, technique, gains, equivalents }) =>
      `| \`${id}\` | ${title} | ${technique} | ${gains.join(", ")} | ${cell(equivalents)} |`,
  );
  return `${[
    "# Attack edges",
    "The steps of which attack paths are made. What breaks a step are the controls whose fix takes away what it needs; a way in is closed by taking away everything that leads there, and a connection by naming those who need it.",
    `## By what stands in the cluster (${edges.length})`,
    ["| id | step | leads | ATT&CK | broken by | equals |", "|---|---|---|---|---|---|", ...edges].join("\n"),
    `## By rights (${rights.length})`,
    "Each is broken by taking the subject out of the binding, or the words out of the rule.",
    ["| id | right | ATT&CK | gains | equals |", "|---|---|---|---|---|", ...rights].join("\n"),
    ...elsewhereParts(cell),
  ].join("\n\n")}\n`;
}

/** What KubeHound calls them, and what it lacks. */
function elsewhereParts(cell: (list: readonly string[]) => string): readonly string[] {
  const units = [...(library.edges ?? []), ...powers];
  const attacks = kubehoundAttacks.map(({ id, documentedOnly, reason }) => {
    const ours = units.filter(({ equivalents = [] }) => equivalents.includes(`kubehound/${id}`));
    const note = documentedOnly ? " (documented only)" : "";
    return `| \`${id}\`${note} | ${reason === undefined ? cell(ours.map((unit) => unit.id)) : `none: ${reason}`} |`;
  });
  const vertices = kubehoundVertices.map(([theirs, ours]) => `| ${theirs} | ${ours} |`);
  const beyond = beyondKubehound.map(([attack, ours]) => `| ${attack} | ${cell(ours)} |`);
  return [
    `## KubeHound's attacks (${attacks.length})`,
    ["| KubeHound | here |", "|---|---|", ...attacks].join("\n"),
    "Its vertices:",
    ["| KubeHound | here |", "|---|---|", ...vertices].join("\n"),
    "What it has no edge for:",
    ["| step | here |", "|---|---|", ...beyond].join("\n"),
  ];
}

function indexPage(): string {
  const rows = controls.map(
    ({ id, title, severity, target }) =>
      `| [${id}](controls/${id}.md) | ${title} | ${severity} | ${target} |`,
  );
  const frameworks = library.frameworks.map(
    ({ id, title, requirements }) => `| [${id}](frameworks/${id}.md) | ${title} | ${requirements.length} |`,
  );
  return (
    [
      "# Reference",
      "Generated from the units themselves by `npm run docs`; do not edit.",
      `## Frameworks`,
      ["| id | title | requirements |", "|---|---|---|", ...frameworks].join("\n"),
      "## Other scanners' checks, and our equals",
      catalogues.map(({ id, title }) => `- [${title}](equivalents/${id}.md)`).join("\n"),
      "## Attack graph",
      "- [Attack edges](attack-edges.md)",
      "## What sensors saw",
      "- [Detections](detections.md)",
      "- [Fields: what is said of a change, and why](fields.md)",
      `## Controls (${controls.length})`,
      ["| id | title | severity | looks at |", "|---|---|---|---|", ...rows].join("\n"),
    ].join("\n\n") + "\n"
  );
}

function detectionsPage(): string {
  const list = library.detections ?? [];
  const rows = list.map(
    ({ id, title, severity, techniques }) =>
      `| [${id}](#${id}) | ${title} | ${severity} | ${techniques.join(", ")} |`,
  );
  const sections = list.map((rule) =>
    [
      `## ${rule.id}`,
      `**${rule.title}.** ${rule.why}`,
      `Looks at: ${rule.kinds.join(", ")}. Equals: ${rule.equivalents.join("; ") || "none"}. Would have been prevented by: ${rule.closedBy.map((id) => `[${id}](controls/${id}.md)`).join(", ") || "no control"}.`,
      "over" in rule ? "Judged over several behaviours together." : ["```cel", rule.when, "```"].join("\n"),
    ].join("\n\n"),
  );
  return `${[
    "# Detections",
    "What should never be seen of a container, or never of this workload, by what any sensor saw. `learned` is what it did in its first day, `settled` that it was watched from its start for longer than that, a whole day of it without loss: before, nothing is called unexpected.",
    ["| id | what happened | severity | ATT&CK |", "|---|---|---|---|", ...rows].join("\n"),
    ...sections,
  ].join("\n\n")}\n`;
}

function finish(): void {
  const present = existsSync(root)
    ? readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
        (path) => path.endsWith(".md") && path !== "cli.md",
      )
    : [];
  const stale = [
    ...[...pages]
      .filter(
        ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== text,
      )
      .map(([path]) => path),
    ...present.filter((path) => !pages.has(path)),
  ];
  if (process.argv.includes("--check")) {
    if (stale.length === 0) return;
    console.error(
      `docs/reference is out of date (${stale.slice(0, 5).join(", ")}${stale.length > 5 ? " …" : ""}): run \`npm run docs\`.`,
    );
    process.exitCode = 1;
    return;
  }
  for (const path of present) if (!pages.has(path)) rmSync(join(root, path));
  for (const [path, text] of pages) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
