/** How the service is started: what is settled once, by options and the environment; all else is in the settings' file. */
import { UserError } from "@plimsoll/core";

export interface Options {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespaces: readonly string[];
  readonly config?: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** Names by which it is reached, as `Host` headers have them; any where none is given and tokens are asked for. */
  readonly hosts: readonly string[];
  readonly auth: "local" | "tokens";
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** TLS by an authority of its own, kept in a folder; its certificate goes into a ConfigMap. */
  readonly ownTls?: {
    readonly folder: string;
    readonly trust?: { readonly namespace: string; readonly name: string };
  };
  /** A file, or a PostgreSQL URL. */
  readonly store: string;
  readonly storePassword?: string;
  readonly lease?: { readonly namespace: string; readonly name: string; readonly candidate: string };
  /** What the cluster is called; default: the context. */
  readonly cluster?: string;
  readonly toolVersion: string;
}

export interface Given {
  readonly text: (option: string) => string | undefined;
  readonly list: (option: string) => readonly string[];
  readonly flag: (option: string) => boolean;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly toolVersion: string;
}

/** Throws a `UserError` (`usage`). */
export function readOptions({ text, list, flag, environment, toolVersion }: Given): Options {
  const listen = listenOf(text("listen") ?? "127.0.0.1:8080");
  const auth = authOf(text("auth") ?? "local");
  const [certFile, keyFile] = [text("tlsCert"), text("tlsKey")];
  if ((certFile === undefined) !== (keyFile === undefined))
    throw usage("--tls-cert and --tls-key go together", "give both");
  const isLoopback = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/.test(listen.host);
  if (auth === "local" && !isLoopback)
    throw usage(
      `${listen.host} can be reached by others`,
      "listen on 127.0.0.1, or ask for tokens with --auth tokens",
    );
  const ownTls = ownTlsOf(text("ownTls"), text("trust"), list("host"), certFile);
  if (!isLoopback && certFile === undefined && ownTls === undefined && !flag("plainHttp"))
    throw usage(
      "tokens would travel in the clear",
      "give --tls-cert and --tls-key, or --own-tls, or --plain-http where a proxy beside it speaks TLS",
    );
  const optional = {
    kubeconfig: text("kubeconfig"),
    context: text("context"),
    config: text("config"),
    cluster: text("clusterName"),
    storePassword: environment["PLIMSOLL_STORE_PASSWORD"],
    lease: leaseOf(text("lease"), environment),
    ownTls,
    tls: certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile },
  };
  return {
    namespaces: list("namespace"),
    listen,
    hosts: list("host"),
    auth,
    store: text("store") ?? defaultStore(environment),
    toolVersion,
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<Options>),
  };
}

function usage(message: string, hint: string): UserError {
  return new UserError("usage", message, hint);
}

function listenOf(text: string): Options["listen"] {
  const [, host = "", port = ""] = /^(?:\[?([^\]]*)\]?:)?(\d{1,5})$/.exec(text) ?? [];
  if (port === "" || Number(port) > 65535)
    throw usage(`${text} is no address to listen on`, "as 127.0.0.1:8080");
  return { host: host === "" ? "127.0.0.1" : host, port: Number(port) };
}

function authOf(text: string): Options["auth"] {
  if (text === "local" || text === "tokens") return text;
  throw usage(`--auth ${text} is not known`, "local or tokens");
}

function ownTlsOf(
  folder: string | undefined,
  trust: string | undefined,
  hosts: readonly string[],
  certFile: string | undefined,
): Options["ownTls"] {
  if (folder === undefined) {
    if (trust !== undefined) throw usage("--trust publishes what --own-tls makes", "give both");
    return undefined;
  }
  if (certFile !== undefined) throw usage("--own-tls and --tls-cert exclude each other", "give one of them");
  if (hosts.length === 0)
    throw usage("a certificate needs names", "give each name that it is reached by with --host");
  if (trust === undefined) return { folder };
  const [namespace = "", name = "", ...rest] = trust.split("/");
  if (namespace === "" || name === "" || rest.length > 0)
    throw usage(`${trust} names no ConfigMap`, "as NAMESPACE/NAME");
  return { folder, trust: { namespace, name } };
}

function leaseOf(text: string | undefined, environment: Given["environment"]): Options["lease"] | undefined {
  if (text === undefined) return undefined;
  const [namespace = "", name = "", ...rest] = text.split("/");
  if (namespace === "" || name === "" || rest.length > 0)
    throw usage(`${text} names no lease`, "as NAMESPACE/NAME");
  const candidate = environment["POD_NAME"] ?? environment["HOSTNAME"];
  if (candidate === undefined || candidate === "")
    throw usage("several replicas need names", "set POD_NAME to the pod's name");
  return { namespace, name, candidate };
}

/** Where programs keep what they would rather not lose: https://specifications.freedesktop.org/basedir-spec. */
function defaultStore({ XDG_STATE_HOME: state, HOME: home }: Given["environment"]): string {
  if (state) return `${state}/plimsoll/store.db`;
  if (home) return `${home}/.local/state/plimsoll/store.db`;
  return "plimsoll-store.db";
}
