/** What is in force for a container, defaults filled in as kubelet and container runtimes do. */
import { defaultCapabilities } from "../../inventory/capabilities.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Site } from "./field.ts";

export function objectAt(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return isJsonObject(found) ? found : {};
}

export function listAt(value: JsonObject, key: string): readonly JsonObject[] {
  const found = value[key];
  return isJsonArray(found) ? found.filter(isJsonObject) : [];
}

/** Of the container's security context, else of the pod's. */
export function securityOf({ pod, container }: Site, key: string): Json | undefined {
  return objectAt(container, "securityContext")[key] ?? objectAt(pod, "securityContext")[key];
}

export function ownSecurity({ container }: Site, key: string): Json | undefined {
  return objectAt(container, "securityContext")[key];
}

export function isPrivileged(site: Site): boolean {
  return ownSecurity(site, "privileged") === true;
}

export function isHostNetwork({ pod }: Site): boolean {
  return pod["hostNetwork"] === true;
}

/** Whom its first process runs as. `undefined`: the image decides, and nobody looked into it. */
export interface User {
  readonly id?: number;
  /** The image names a user, not a number. */
  readonly name?: string;
}

export function userOf(site: Site): User | undefined {
  const asked = securityOf(site, "runAsUser");
  if (typeof asked === "number") return { id: asked };
  const config = site.image?.config;
  if (config === undefined) return undefined;
  const user = (config.user ?? "").split(":")[0]!;
  if (user === "" || user === "root") return { id: 0 };
  return /^\d+$/.test(user) ? { id: Number(user) } : { name: user };
}

/** Known not to be root. */
export function isOrdinaryUser(user: User | undefined): boolean {
  return user !== undefined && user.id !== 0;
}

export function capabilityName(value: Json | undefined): string {
  return String(value).toUpperCase().replace(/^CAP_/, "");
}

export function listedCapabilities(site: Site, list: "add" | "drop"): readonly string[] {
  const value = objectAt(objectAt(site.container, "securityContext"), "capabilities")[list];
  return isJsonArray(value) ? value.map(capabilityName) : [];
}

/** Whether a process of root may hold it: drops come first, then what is added, as the runtimes do it. */
export function holdsCapability(site: Site, name: string): boolean {
  if (isPrivileged(site)) return true;
  const [add, drop] = [listedCapabilities(site, "add"), listedCapabilities(site, "drop")];
  if (add.includes(name)) return true;
  if (add.includes("ALL")) return !drop.includes(name);
  if (drop.includes("ALL") || drop.includes(name)) return false;
  return defaultCapabilities.has(name);
}

export interface Mount {
  readonly path: string;
  readonly readOnly: boolean;
  readonly volume: string;
  readonly source: JsonObject;
}

/** Its volumes where they are mounted, the deepest path first, so that the first that holds a path is the one in force. */
export function mountsOf({ pod, container }: Site): readonly Mount[] {
  const volumes = new Map(listAt(pod, "volumes").map((volume) => [volume["name"], volume]));
  return listAt(container, "volumeMounts")
    .map((mount) => {
      const source = volumes.get(mount["name"]) ?? {};
      return {
        path: withoutSlash(String(mount["mountPath"] ?? "")),
        readOnly: mount["readOnly"] === true || isAlwaysReadOnly(source),
        volume: String(mount["name"]),
        source,
      };
    })
    .sort((a, b) => b.path.length - a.path.length || (a.path < b.path ? -1 : 1));
}

/** Of these kubelet makes the mounts read-only, whatever they ask for. */
function isAlwaysReadOnly(source: JsonObject): boolean {
  return ["configMap", "secret", "downwardAPI", "projected"].some((key) => source[key] !== undefined);
}

function withoutSlash(path: string): string {
  const clean = path.replaceAll(/\/+/g, "/");
  return clean.length > 1 ? clean.replace(/\/$/, "") : clean;
}

export function isUnder(path: string, directory: string): boolean {
  return directory === "/" || path === directory || path.startsWith(`${directory}/`);
}

/** `/var/run` is a link to `/run` in most images, and sensors tell paths without links. */
export function linked(path: string): string {
  return path.replace(/^\/var\/run(?=\/|$)/, "/run");
}

export function mountHolding(site: Site, path: string): Mount | undefined {
  return mountsOf(site).find((mount) => isUnder(linked(path), linked(mount.path)));
}

export function parentOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at <= 0 ? "/" : path.slice(0, at);
}

/** JSON with sorted keys: a manifest and the API server write the same value in another order. */
export function ordered(value: Json | undefined): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  return JSON.stringify(value ?? null, (_, part: unknown) =>
    isJsonObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
