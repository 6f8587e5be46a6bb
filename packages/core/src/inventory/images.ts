/** Finds what is known of an image by the name that a pod gives it: one image has many names, and tools write others than people. */
import type { Image } from "../model/image.ts";

interface Name {
  /** With its registry: `docker.io/library/web`. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** As container runtimes read it: without a registry it is Docker Hub's, there without an owner one of `library`. */
export function readImageName(reference: string): Name {
  const at = reference.indexOf("@");
  const digest = at === -1 ? undefined : reference.slice(at + 1);
  const named = at === -1 ? reference : reference.slice(0, at);
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const tag = colon === -1 ? undefined : named.slice(colon + 1);
  return {
    repository: whole(colon === -1 ? named : named.slice(0, colon)),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function whole(repository: string): string {
  const slash = repository.indexOf("/");
  const first = slash === -1 ? "" : repository.slice(0, slash);
  const isRegistry = /[.:]/.test(first) || first === "localhost";
  const registry = isRegistry && first !== "index.docker.io" ? first : "docker.io";
  const rest = isRegistry ? repository.slice(slash + 1) : repository;
  return registry === "docker.io" && !rest.includes("/")
    ? `${registry}/library/${rest}`
    : `${registry}/${rest}`;
}

/**
 * The image that a reference means: the one written so, else the one of that digest, else of that tag. Where the reference
 * has a digest, an image that is known by another one is not meant, though it bears the same tag.
 */
export function imagesByName(images: readonly Image[]): (reference: string) => Image | undefined {
  const asWritten = new Map(images.map((image) => [image.reference, image]));
  const byDigest = new Map<string, Image>();
  const byTag = new Map<string, Image>();
  for (const image of images) {
    const { repository, tag, digest = image.digest } = readImageName(image.reference);
    if (digest !== undefined) byDigest.set(`${repository}@${digest}`, image);
    if (tag !== undefined || !image.reference.includes("@"))
      byTag.set(`${repository}:${tag ?? "latest"}`, image);
  }
  const find = (reference: string): Image | undefined => {
    const { repository, tag, digest } = readImageName(reference);
    if (digest === undefined) return byTag.get(`${repository}:${tag ?? "latest"}`);
    const tagged = tag === undefined ? undefined : byTag.get(`${repository}:${tag}`);
    const isOther = tagged?.digest !== undefined || tagged?.reference.includes("@") === true;
    return byDigest.get(`${repository}@${digest}`) ?? (isOther ? undefined : tagged);
  };
  const found = new Map<string, Image | undefined>();
  return (reference) => {
    if (!found.has(reference)) found.set(reference, asWritten.get(reference) ?? find(reference));
    return found.get(reference);
  };
}
