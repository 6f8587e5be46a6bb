/** The forms that the API server asks of names (k8s.io/apimachinery v0.35, pkg/util/validation). */

export const nameForm = {
  label1035: /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
  celIdentifier: /^[_a-zA-Z][_a-zA-Z0-9]*$/,
  celReserved:
    /^(?:true|false|null|in|as|break|const|continue|else|for|function|if|import|let|loop|package|namespace|return|var|void|while)$/,
} as const;

const namePart = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

export function isSubdomain(text: string): boolean {
  return text.length <= 253 && subdomain.test(text);
}

/** Of a label or an annotation: `[prefix/]name`. */
export function isQualifiedName(text: string): boolean {
  const parts = text.split("/");
  const name = parts.at(-1)!;
  return (
    parts.length <= 2 &&
    name.length <= 63 &&
    namePart.test(name) &&
    (parts.length === 1 || isSubdomain(parts[0]!))
  );
}

export function isLabelValue(text: string): boolean {
  return text === "" || (text.length <= 63 && namePart.test(text));
}

/** Of an object, in the API's paths. */
export function isPathSegment(text: string): boolean {
  return text !== "." && text !== ".." && !/[/%]/.test(text);
}
