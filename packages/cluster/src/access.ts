/** How a cluster is reached and as whom: address, TLS and credentials of a kubeconfig context or of the pod we run in. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "@plimsoll/core";
import { runCredentialPlugin, type Identity } from "./credentialplugin.ts";
import { readKubeconfig, textOf, type Entry, type Kubeconfig } from "./kubeconfig.ts";
import { entryOf, isRawObject, type RawObject } from "./raw.ts";

/** TLS material as `node:tls` takes it. */
export interface Tls {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized: boolean;
}

export interface Access {
  /** The context's name, `in-cluster` for the pod we run in. */
  readonly name: string;
  readonly server: URL;
  readonly tls: Tls;
  readonly proxy?: string;
  /** Credentials; asked for anew, with `renew`, once the server refused them. */
  readonly identify: (renew: boolean) => Promise<Identity>;
}

const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Access by a context: the one named, else the current one, else the service account of the pod we run in. */
export function accessOf(kubeconfig: string | undefined, context: string | undefined): Access {
  const config = readKubeconfig(kubeconfig);
  const wanted = context ?? config.current;
  if (wanted === "" && config.contexts.length === 0 && kubeconfig === undefined) {
    const inside = accessInCluster();
    if (inside !== undefined) return inside;
    throw noCluster("no cluster to read: there is no kubeconfig", "give files to scan, or a --kubeconfig");
  }
  const found = config.contexts.find(({ name }) => name === wanted);
  if (found === undefined) {
    const names = config.contexts.map(({ name }) => name).join(", ");
    const what = wanted === "" ? "the kubeconfig has no current context" : `there is no context ${wanted}`;
    throw noCluster(
      what,
      names === "" ? "give another --kubeconfig" : `give one of them with --context: ${names}`,
    );
  }
  return accessByContext(config, found);
}

function noCluster(message: string, hint: string, cause?: unknown): UserError {
  return new UserError("no-cluster", message, hint, { cause });
}

function accessByContext(config: Kubeconfig, context: Entry): Access {
  const cluster = config.clusters.find(({ name }) => name === textOf(context.fields, "cluster"));
  if (cluster === undefined) throw noCluster(`context ${context.name} names a cluster that is not there`, "");
  const user = config.users.find(({ name }) => name === textOf(context.fields, "user"));
  const server = serverOf(cluster, context.name);
  const unverified = entryOf(cluster.fields, "insecure-skip-tls-verify") === true;
  if (unverified && !cluster.trusted) throw untrusted("insecure-skip-tls-verify");
  const ca = material(cluster, "certificate-authority");
  const servername = textOf(cluster.fields, "tls-server-name");
  const proxy = textOf(cluster.fields, "proxy-url");
  const tls: Tls = {
    rejectUnauthorized: !unverified,
    ...(ca === undefined ? {} : { ca }),
    ...(servername === "" ? {} : { servername }),
  };
  const identify = once(() => identityOf(user, cluster));
  return { name: context.name, server, tls, identify, ...(proxy === "" ? {} : { proxy }) };
}

function serverOf(cluster: Entry, context: string): URL {
  const server = textOf(cluster.fields, "server");
  const url = URL.parse(server);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw noCluster(
      `context ${context}: "${server}" is no address of a server`,
      "correct it in the kubeconfig",
    );
  }
  return url;
}

function untrusted(what: string): UserError {
  const why = "it can be changed by others";
  return noCluster(
    `the kubeconfig asks for ${what}, but ${why}`,
    "name the file with --kubeconfig to allow it",
  );
}

/** PEM text inline (`NAME-data`, base64) or in a file (`NAME`). */
function material({ fields, folder }: Entry, name: string): Buffer | undefined {
  const inline = textOf(fields, `${name}-data`);
  if (inline !== "") return Buffer.from(inline, "base64");
  const file = textOf(fields, name);
  return file === "" ? undefined : fileOf(resolve(folder, file));
}

function fileOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw noCluster(`${path}, which the kubeconfig names, cannot be read`, "", error);
  }
}

async function identityOf(user: Entry | undefined, cluster: Entry): Promise<Identity> {
  if (user === undefined) return {};
  const { fields, folder } = user;
  const cert = material(user, "client-certificate");
  const key = material(user, "client-key");
  const pair = cert === undefined || key === undefined ? {} : { cert, key };
  const plugin = entryOf(fields, "exec");
  if (isRawObject(plugin)) {
    if (!user.trusted) throw untrusted("a credential plugin");
    return { ...pair, ...(await runCredentialPlugin(plugin, folder, cluster.fields)) };
  }
  const provider = entryOf(fields, "auth-provider");
  if (isRawObject(provider)) return { ...pair, ...(await legacyIdentity(user)) };
  const authorization = headerOf(fields, folder);
  return authorization === undefined ? pair : { ...pair, authorization };
}

function headerOf(fields: RawObject, folder: string): string | undefined {
  const tokenFile = textOf(fields, "tokenFile");
  const token =
    tokenFile === "" ? textOf(fields, "token") : fileOf(resolve(folder, tokenFile)).toString().trim();
  if (token !== "") return `Bearer ${token}`;
  const username = textOf(fields, "username");
  if (username === "") return undefined;
  return `Basic ${Buffer.from(`${username}:${textOf(fields, "password")}`).toString("base64")}`;
}

/** Old `auth-provider` entries (OIDC and the clouds'): the one thing that the official client is loaded for. */
async function legacyIdentity(user: Entry): Promise<Identity> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: "c", server: "https://localhost" }],
    users: [{ name: "u", authProvider: user.fields["auth-provider"] }],
    contexts: [{ name: "x", cluster: "c", user: "u" }],
    currentContext: "x",
  });
  const options: { headers?: { [name: string]: string } } = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options as never);
  } catch (error) {
    throw noCluster(`the credentials of user ${user.name} cannot be had`, "log in again", error);
  }
  const authorization = options.headers?.["Authorization"];
  return authorization === undefined ? {} : { authorization };
}

function accessInCluster(): Access | undefined {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "443" } = process.env;
  if (host === "" || !existsSync(`${accountFolder}/token`)) return undefined;
  const address = host.includes(":") ? `[${host}]` : host;
  return {
    name: "in-cluster",
    server: new URL(`https://${address}:${port}`),
    tls: { ca: readFileSync(`${accountFolder}/ca.crt`), rejectUnauthorized: true },
    // Read each time: the kubelet renews it.
    identify: async () => ({ authorization: `Bearer ${fileOf(`${accountFolder}/token`).toString().trim()}` }),
  };
}

/** Credentials are asked for once, however many requests wait for them, and again only to renew them. */
function once(ask: () => Promise<Identity>): (renew: boolean) => Promise<Identity> {
  let asked: Promise<Identity> | undefined;
  return (renew) => {
    if (renew || asked === undefined) asked = ask();
    return asked;
  };
}
