/** The chain by which RBAC grants something, in words: subject, binding, role, rule. */
import { sanitize, subjectKey, type AccessQuestion, type AccessReason } from "@plimsoll/core";

/** `RoleBinding shop/readers → Role shop/reader, rule 0`, one for each rule that grants it. */
export function chainLines(reasons: readonly AccessReason[], withSubject: boolean): readonly string[] {
  return reasons.map(({ binding, subject, role, rule, origin }) => {
    const own = origin.kind === role.kind && origin.name === role.name && origin.namespace === role.namespace;
    const gathered = own ? "" : ` (written in ${nameOf(origin)})`;
    const who = withSubject ? `${subjectKey(subject)} → ` : "";
    return sanitize(`${who}${nameOf(binding)} → ${nameOf(role)}, rule ${rule}${gathered}`);
  });
}

/** `get pods/log in shop` */
export function wordsOf({
  verb,
  path,
  resource = "",
  apiGroup = "",
  subresource = "",
  namespace = "",
  name = "",
}: AccessQuestion): string {
  if (path !== undefined) return sanitize(`${verb} ${path}`);
  const group = apiGroup === "" || apiGroup === "*" ? "" : `.${apiGroup}`;
  const what = `${resource}${group}${subresource === "" ? "" : `/${subresource}`}${name === "" ? "" : ` "${name}"`}`;
  return sanitize(`${verb} ${what}${namespace === "" ? " in all namespaces" : ` in ${namespace}`}`);
}

function nameOf({ kind, namespace, name }: AccessReason["binding"]): string {
  return `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`;
}
