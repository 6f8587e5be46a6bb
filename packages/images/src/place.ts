/** Where a tool says that it found a package: of these paths, those whose opening shows that the package is used. */

/** As Java packs programs: Trivy names an archive within one by the path of the outer one and the way within it. */
const archive = /^(.+?\.(?:[jwehs]ar|par|[jh]pi))\/.+/i;

/** Absolute. A folder may be named like an archive, so that of one within another both are given. */
export function placesOf(paths: readonly string[]): readonly string[] {
  return paths
    .map((path) => `/${path.replace(/^(?:\.?\/)+/, "")}`)
    .filter((path) => !isDatabase(path))
    .flatMap((path) => {
      const outer = archive.exec(path)?.[1];
      return outer === undefined ? [path] : [outer, path];
    });
}

/** Where a distribution keeps the list of all its packages is no file of any of them, nor is what documents one. */
function isDatabase(path: string): boolean {
  return /^\/(?:var\/lib\/(?:dpkg|rpm|rpmmanifest|pacman|opkg)|var\/db\/pkg|(?:usr\/)?lib\/(?:apk\/db|opkg)|usr\/lib\/sysimage\/rpm|usr\/share\/(?:doc|rpm))(?:\/|$)/.test(
    path,
  );
}

/** Absolute. What is told relative to a folder that nobody names may lie anywhere, and is left out. */
export function filesBelow(folder: string | undefined, files: readonly string[]): readonly string[] {
  return files.flatMap((file) => {
    if (file.startsWith("/")) return [resolved(file)];
    return folder === undefined ? [] : [resolved(`/${folder}/${file}`)];
  });
}

function resolved(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
