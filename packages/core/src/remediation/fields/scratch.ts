/** Empty directories for what a container writes: where they would have to be, and whether they may be there. */
import type { PatchOperation } from "../../model/finding.ts";
import { pointerOf } from "../../inventory/path.ts";
import { isJsonArray, type Json } from "../../model/json.ts";
import type { FileOperation } from "../../model/observation.ts";
import type { Path } from "../../model/resource.ts";
import type { Change, Repair, Seen, Site } from "./field.ts";
import { isUnder, linked, listAt, mountHolding, mountsOf, parentOf } from "./site.ts";

/** What makes or changes something. */
export const changing: ReadonlySet<FileOperation> = new Set<FileOperation>([
  "write",
  "create",
  "unlink",
  "rename",
  "link",
  "symlink",
  "chmod",
  "chown",
  "mkdir",
  "bind",
]);

const making: ReadonlySet<FileOperation> = new Set<FileOperation>(["create", "mkdir", "symlink", "bind"]);

/** Kept for what programs write anew at each start: whatever images leave there is not missed. */
const scratchRoots = ["/tmp", "/var/tmp", "/run", "/var/run", "/var/cache", "/var/log", "/var/lock"];
/** One directory for all that is below. */
const wholeRoots = ["/tmp", "/var/tmp", "/run", "/var/lock"];

/** The program itself lives here, so that an empty directory in its place would take it away. */
const programRoots =
  /^\/(?:|bin|sbin|lib|lib32|lib64|libx32|etc|usr|var|opt|home|root|srv|proc|sys|dev|boot|app)$/;
const programTrees = /^\/(?:bin|sbin|lib|lib32|lib64|libx32|usr|proc|sys|dev|boot)(?:\/|$)/;

const mostDirectories = 12;

/** Made by the runtime for each container: no part of the image, and writable whatever the root is. */
const ownedByRuntime = /^\/(?:dev|proc|sys)(?:\/|$)|^\/etc\/(?:hosts|hostname|resolv\.conf)$/;

export function isRuntimes(path: string): boolean {
  return ownedByRuntime.test(path);
}

/** Programs go on without these: the JVM's counters, Python's compiled modules. */
const benign = /^\/tmp\/hsperfdata_[^/]*(?:\/|$)|(?:^|\/)__pycache__(?:\/|$)|\.pyc(?:\.\d+)?$/;

export function isBenign(path: string): boolean {
  return benign.test(path);
}

/**
 * Directories made for what programs go on without, as `PYTHONPYCACHEPREFIX` names them: below each at least one such file
 * was made, and nothing else.
 */
export function benignDirectories(files: readonly Seen<"file">[]): ReadonlySet<string> {
  const made = files.filter(({ detail }) => detail.refused !== true && detail.operation !== "open");
  const directories = made.flatMap(({ detail }) =>
    detail.operation === "mkdir" ? [linked(detail.path)] : [],
  );
  const paths = made.flatMap(pathsOf);
  return new Set(
    directories.filter((directory) => {
      const below = paths.filter(
        (path) => path !== directory && isUnder(path, directory) && !directories.includes(path),
      );
      return below.length > 0 && below.every(isBenign);
    }),
  );
}

/** Both names of a rename or a link count. */
export function pathsOf({ detail }: Seen<"file">): readonly string[] {
  const { operation, path, target } = detail;
  const both = operation === "rename" || operation === "link";
  return [path, ...(both && target !== undefined ? [target] : [])].map(linked);
}

/** Whether it changes the container's own root, mounts as they are after the change left out. */
export function changesRoot(entry: Seen<"file">, after: Site): boolean {
  const { operation, onRootFilesystem, refused } = entry.detail;
  if (refused === true || !changing.has(operation)) return false;
  return pathsOf(entry).some((path) => {
    if (isRuntimes(path) || isBenign(path)) return false;
    const mount = mountHolding(after, path);
    return mount === undefined ? onRootFilesystem !== false : false;
  });
}

/**
 * `emptyDir` volumes for all that is refused. None where the image's own content would be hidden: files that the program
 * reads and was not seen to make, files of its packages, what it changes and did not make.
 */
export function scratchRepair(change: Change, refused: readonly Seen<"file">[]): Repair | undefined {
  const made = madeBy(change);
  const files = change.seen.seen("file");
  const directories = directoriesFor(refused, made);
  if (directories === undefined || directories.length > mostDirectories) return undefined;
  if (refused.some((entry) => isKeptContent(entry, files))) return undefined;
  for (const directory of directories) {
    if (mountsOf(change.after).some(({ path }) => linked(path) === directory)) return undefined;
    const packaged = (change.after.image?.packages ?? [])
      .flatMap(({ files = [] }) => files)
      .some((path) => path !== directory && isUnder(linked(path), directory));
    if (packaged || hiddenBy(change, directory).length > 0) return undefined;
  }
  return {
    operations: volumeOperations(change.after, directories),
    text: `an empty directory (emptyDir) at ${directories.join(", ")}`,
  };
}

/** What the container was seen to make. */
function madeBy({ seen }: Change): ReadonlySet<string> {
  return new Set(
    seen.seen("file").flatMap(({ detail: { operation, path, target } }) => {
      if (making.has(operation)) return [linked(path)];
      return operation === "rename" || operation === "link" ? [linked(target ?? "")] : [];
    }),
  );
}

/**
 * A program that asks for a file to be made where there is none opens it all the same where there is one: what it also
 * reads may have come with the image, outside the places where images leave nothing of use.
 */
function isKeptContent(
  { detail: { operation, path } }: Seen<"file">,
  files: readonly Seen<"file">[],
): boolean {
  if (operation !== "create" || scratchRoots.some((root) => isUnder(linked(path), root))) return false;
  const same = files.filter(({ detail }) => linked(detail.path) === linked(path) || detail.target === path);
  return (
    same.some(({ detail }) => detail.operation === "open") &&
    !same.some(({ detail }) => detail.operation === "unlink" || detail.target === path)
  );
}

/** What it uses of its image in a directory that a volume would hide. */
export function hiddenBy(change: Change, directory: string): readonly Seen[] {
  const { seen } = change;
  const made = madeBy(change);
  const isHidden = (path: string): boolean =>
    linked(path) !== directory && isUnder(linked(path), directory) && !isMade(linked(path), made);
  return [
    ...seen.seen("exec").filter(({ detail }) => isHidden(detail.path)),
    ...seen.seen("library").filter(({ detail }) => isHidden(detail.path)),
    ...seen
      .seen("file")
      .filter(
        ({ detail }) =>
          detail.operation === "open" &&
          detail.onRootFilesystem !== false &&
          detail.refused !== true &&
          mountHolding(change.before, detail.path) === undefined &&
          isHidden(detail.path),
      ),
  ];
}

/** Made by the container, itself or with the directory that it lies in. */
function isMade(path: string, made: ReadonlySet<string>): boolean {
  for (let at = path; at !== "/"; at = parentOf(at)) if (made.has(at)) return true;
  return false;
}

/** `undefined` where one of them cannot be. */
function directoriesFor(
  refused: readonly Seen<"file">[],
  made: ReadonlySet<string>,
): readonly string[] | undefined {
  const found = new Set<string>();
  for (const entry of refused) {
    for (const path of pathsOf(entry).filter((each) => !isRuntimes(each))) {
      const whole = wholeRoots.find((root) => path.startsWith(`${root}/`));
      const directory = whole ?? homeOf(path, entry.detail.operation, made);
      if (directory === undefined || programRoots.test(directory) || programTrees.test(directory))
        return undefined;
      found.add(directory);
    }
  }
  const sorted = [...found].sort();
  // What lies in another of them is there already, unless it was part of the image.
  return sorted.filter(
    (each) => !sorted.some((other) => other !== each && isUnder(each, other) && isMade(each, made)),
  );
}

/** The directory that must be writable: the nearest that the container did not make itself. */
function homeOf(path: string, operation: FileOperation, made: ReadonlySet<string>): string | undefined {
  const own = isMade(path, made);
  if (!own && !making.has(operation) && !scratchRoots.some((root) => isUnder(path, root))) return undefined;
  let directory = parentOf(path);
  while (directory !== "/" && isMade(directory, made)) directory = parentOf(directory);
  return directory;
}

function volumeOperations(site: Site, directories: readonly string[]): readonly PatchOperation[] {
  const taken = new Set(listAt(site.pod, "volumes").map(({ name }) => String(name)));
  const names = directories.map((directory) => nameFor(directory, taken));
  const volumes = names.map((name): Json => ({ name, emptyDir: {} }));
  const mounts = names.map((name, index): Json => ({ name, mountPath: directories[index]! }));
  return [
    ...appended(site.pod["volumes"], [...site.podPath, "volumes"], volumes),
    ...appended(site.container["volumeMounts"], [...site.containerPath, "volumeMounts"], mounts),
  ];
}

function appended(list: Json | undefined, path: Path, values: readonly Json[]): readonly PatchOperation[] {
  if (!isJsonArray(list)) return [{ op: "add", path: pointerOf(path), value: values }];
  return values.map((value) => ({ op: "add", path: `${pointerOf(path)}/-`, value }));
}

function nameFor(directory: string, taken: Set<string>): string {
  const base = `scratch${directory.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`
    .slice(0, 58)
    .replace(/-$/, "");
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base}-${count}`;
  taken.add(name);
  return name;
}
