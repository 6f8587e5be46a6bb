/** Where a cluster is and how to speak to it: a kubeconfig's context with its auth plugins, or the account of the pod we run in. */
import { Agent, ProxyAgent, type Dispatcher } from "undici";
import { UserError } from "@plimsoll/core";

export interface Endpoint {
  /** The context's name; `in-cluster` inside a pod. */
  readonly name: string;
  readonly server: string;
  readonly dispatcher: Dispatcher;
  /** Milliseconds before a second try (default 300); it doubles from there. */
  readonly backoff?: number;
  /** Asked for before each request: tokens of auth plugins expire. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly close: () => Promise<void>;
}

export interface EndpointOptions {
  /** A kubeconfig file; default: KUBECONFIG, `~/.kube/config`, or the pod's own account. */
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** What auth plugins add to a request. */
interface Credentials {
  headers?: Record<string, unknown>;
  auth?: string;
  ca?: string | Buffer;
  cert?: string | Buffer;
  key?: string | Buffer;
  servername?: string;
  rejectUnauthorized?: boolean;
}

async function loadConfig(kubeconfig: string | undefined) {
  // Loaded only when a cluster is asked for: it is by far the largest of our dependencies.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    throw new UserError(
      "no-cluster",
      `cannot read the kubeconfig: ${messageOf(error)}`,
      "check --kubeconfig or KUBECONFIG",
      { cause: error },
    );
  }
  return config;
}

/** The names of a kubeconfig's contexts, the current one first. */
export async function contexts(kubeconfig?: string): Promise<readonly string[]> {
  const config = await loadConfig(kubeconfig);
  const names = config.getContexts().map(({ name }) => name);
  const current = config.getCurrentContext();
  return [...names.filter((name) => name === current), ...names.filter((name) => name !== current)];
}

export async function openEndpoint({ kubeconfig, context }: EndpointOptions): Promise<Endpoint> {
  const config = await loadConfig(kubeconfig);
  if (context !== undefined) {
    const names = config.getContexts().map(({ name }) => name);
    if (!names.includes(context))
      throw new UserError(
        "no-cluster",
        `no context ${context} in the kubeconfig`,
        `there are: ${names.join(", ") || "none"}`,
      );
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  // The client falls back to localhost:8080 without a word where there is no kubeconfig at all.
  if (
    cluster === null ||
    (cluster.server === "http://localhost:8080" && config.getCurrentUser()?.name === "user")
  ) {
    throw new UserError(
      "no-cluster",
      "no cluster is configured",
      "give files to scan, or set KUBECONFIG or --kubeconfig",
    );
  }
  const credentials: Credentials = {};
  try {
    await config.applyToHTTPSOptions(credentials as Parameters<typeof config.applyToHTTPSOptions>[0]);
  } catch (error) {
    throw new UserError(
      "no-cluster",
      `the kubeconfig's credentials cannot be used: ${messageOf(error)}`,
      "try the same context with kubectl",
      { cause: error },
    );
  }
  const dispatcher = dispatcherOf(credentials, cluster.proxyUrl);
  return {
    name: config.getCurrentContext() || "in-cluster",
    server: cluster.server.replace(/\/$/, ""),
    dispatcher,
    headers: async () => {
      const fresh: Credentials = {};
      await config.applyToHTTPSOptions(fresh as Parameters<typeof config.applyToHTTPSOptions>[0]);
      return headersOf(fresh);
    },
    close: () => dispatcher.close(),
  };
}

function dispatcherOf(
  { ca, cert, key, servername, rejectUnauthorized }: Credentials,
  proxy: string | undefined,
): Dispatcher {
  const tls = Object.fromEntries(
    Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const limits = { headersTimeout: 30_000, bodyTimeout: 60_000 };
  return proxy === undefined
    ? new Agent({ connect: { ...tls, timeout: 10_000 }, ...limits })
    : new ProxyAgent({ uri: proxy, requestTls: tls, ...limits });
}

function headersOf({ headers = {}, auth }: Credentials): Readonly<Record<string, string>> {
  const texts = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return auth === undefined
    ? texts
    : { authorization: `Basic ${Buffer.from(auth).toString("base64")}`, ...texts };
}

/** An error's message on one line; what auth plugins print may be long. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, " ").slice(0, 300);
}
