/** The service as a process of its own: started, asked, killed and started again by a test. */
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { until } from "../watch/controlplane.ts";

export interface Service {
  readonly address: string;
  /** The cookie of local mode; empty where tokens are asked for. */
  readonly cookie: string;
  readonly pid: number;
  /** Everything it has said. */
  readonly said: () => string;
  readonly get: (path: string, headers?: Headers) => Promise<Reply>;
  readonly json: <T>(path: string, headers?: Headers) => Promise<T>;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly end: (signal: "SIGTERM" | "SIGKILL") => Promise<number | string>;
}

type Headers = { readonly [name: string]: string };

export interface Reply {
  readonly status: number;
  readonly headers: Response["headers"];
  readonly text: string;
}

const root = join(import.meta.dirname, "../..");

/** The program and its words. */
export function serveWords(args: readonly string[]): readonly [string, readonly string[]] {
  const main = join(root, "packages/cli/src/main.ts");
  return [join(root, "node_modules/.bin/node"), [main, "serve", "--listen", "127.0.0.1:0", ...args]];
}

export async function startService(
  args: readonly string[],
  environment: { readonly [name: string]: string } = {},
): Promise<Service> {
  const child = spawn(...serveWords(args), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", ...environment },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const found = (pattern: RegExp): string | undefined => pattern.exec(said)?.[1];
  await until(`the service to listen: ${said}`, () => /serving/.test(said) || hasEnded(child), 60);
  const address = found(/serving .* on (\S+)/);
  if (address === undefined) throw new Error(`the service did not begin:\n${said}`);
  await until("the link", () => /login\//.test(said) || args.includes("tokens"), 5);
  const link = found(/(http\S+\/login\/\S+)/);
  const cookie = link === undefined ? "" : await logIn(link);
  const get = async (path: string, headers: Headers = {}): Promise<Reply> => {
    const answer = await fetch(address + path, {
      redirect: "manual",
      headers: { ...(cookie === "" ? {} : { cookie }), ...headers },
    });
    if (answer.status === 429) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return get(path, headers);
    }
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  return {
    address,
    cookie,
    pid: child.pid!,
    said: () => said,
    get,
    json: async <T>(path: string, headers?: Headers): Promise<T> => {
      const { status, text } = await get(path, headers);
      if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
      return JSON.parse(text) as T;
    },
    end: (signal) => ended(child, signal),
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function logIn(link: string): Promise<string> {
  const answer = await fetch(link, { redirect: "manual" });
  const [cookie = ""] = (answer.headers.get("set-cookie") ?? "").split(";");
  return cookie;
}

function ended(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<number | string> {
  const { promise, resolve } = Promise.withResolvers<number | string>();
  if (hasEnded(child)) resolve(child.exitCode ?? child.signalCode ?? "");
  else {
    child.once("exit", (code, by) => resolve(code ?? by ?? ""));
    child.kill(signal);
  }
  return promise;
}

export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Reads server-sent events until it is told to stop. */
export function readEvents(
  service: Service,
  headers: Headers = {},
): {
  readonly events: ServerEvent[];
  readonly ended: Promise<void>;
  readonly stop: () => void;
  readonly status: Promise<number>;
} {
  const controller = new AbortController();
  const events: ServerEvent[] = [];
  const status = Promise.withResolvers<number>();
  const ended = (async () => {
    const answer = await fetch(`${service.address}/api/v1/events`, {
      signal: controller.signal,
      headers: { ...(service.cookie === "" ? {} : { cookie: service.cookie }), ...headers },
    });
    status.resolve(answer.status);
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const parts = text.split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) events.push(eventIn(part));
    }
  })().catch(() => undefined); // cut off, by us or by it
  return { events, ended, stop: () => controller.abort(), status: status.promise };
}

function eventIn(text: string): ServerEvent {
  const field = (name: string): string => new RegExp(`^${name}: ?(.*)$`, "m").exec(text)?.[1] ?? "";
  return { id: field("id"), event: field("event"), data: field("data") };
}
