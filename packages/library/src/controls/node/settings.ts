/** Settings in the text of a ConfigMap, as kubeadm writes them: plain YAML, mappings and lists of scalars. */

/** Values by path (`authentication.anonymous.enabled`), scalars as text, lists split at commas. Other YAML is left out. */
export function readSettings(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const open: { readonly indent: number; readonly path: string }[] = [];
  for (const line of text.split("\n")) {
    const entry = /^(\s*)(- )?(?:([\w.-]+):)?\s*(.*?)\s*$/.exec(line);
    if (entry === null || line.trim() === "" || line.trimStart().startsWith("#")) continue;
    const [, space = "", dash, key, rest = ""] = entry;
    const indent = space.length;
    if (dash !== undefined) {
      const list = open.at(-1)?.path;
      if (list !== undefined && key === undefined)
        found.set(
          list,
          [...(found.get(list) ?? "").split(",").filter((value) => value !== ""), plain(rest)].join(","),
        );
      continue;
    }
    if (key === undefined) continue;
    while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop();
    const parent = open.at(-1)?.path;
    const path = parent === undefined ? key : `${parent}.${key}`;
    if (rest === "") open.push({ indent, path });
    else found.set(path, plain(rest));
  }
  return found;
}

function plain(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}
