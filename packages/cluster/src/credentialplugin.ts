/** Runs the credential plugin that a kubeconfig names (`exec`, client.authentication.k8s.io). */
import { spawn } from "node:child_process";
import { isAbsolute, resolve, sep } from "node:path";
import { UserError } from "@plimsoll/core";
import { textOf } from "./kubeconfig.ts";
import { entryOf, isRawObject, type RawObject } from "./raw.ts";

/** What a request proves who asks with. */
export interface Identity {
  /** The value of the `Authorization` header. */
  readonly authorization?: string;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

const longestWait = 60_000;
const longestAnswer = 1024 * 1024;

export async function runCredentialPlugin(
  plugin: RawObject,
  folder: string,
  cluster: RawObject,
): Promise<Identity> {
  const command = textOf(plugin, "command");
  const path = command.includes(sep) && !isAbsolute(command) ? resolve(folder, command) : command;
  const args = entryOf(plugin, "args");
  const answer = await output(
    path,
    Array.isArray(args) ? args.filter((arg) => typeof arg === "string") : [],
    environment(plugin, cluster),
    textOf(plugin, "interactiveMode") !== "Never",
  );
  return identityIn(answer, command);
}

function environment(plugin: RawObject, cluster: RawObject): NodeJS.ProcessEnv {
  const variables: NodeJS.ProcessEnv = { ...process.env };
  const list = entryOf(plugin, "env");
  for (const entry of Array.isArray(list) ? list : []) {
    if (isRawObject(entry)) variables[textOf(entry, "name")] = textOf(entry, "value");
  }
  const spec: RawObject = { interactive: process.stdin.isTTY };
  if (entryOf(plugin, "provideClusterInfo") === true) {
    spec["cluster"] = {
      server: textOf(cluster, "server"),
      "certificate-authority-data": textOf(cluster, "certificate-authority-data"),
    };
  }
  const apiVersion = textOf(plugin, "apiVersion") || "client.authentication.k8s.io/v1";
  variables["KUBERNETES_EXEC_INFO"] = JSON.stringify({ apiVersion, kind: "ExecCredential", spec });
  return variables;
}

/** What the plugin writes; what it has to say to the user goes past us to the terminal. */
function output(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  interactive: boolean,
): Promise<string> {
  const { promise, resolve: settle, reject } = Promise.withResolvers<string>();
  const child = spawn(command, [...args], {
    env,
    timeout: longestWait,
    killSignal: "SIGKILL",
    stdio: [interactive && process.stdin.isTTY ? "inherit" : "ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  let length = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > longestAnswer) child.kill("SIGKILL");
    else chunks.push(chunk);
  });
  child.on("error", (error) => reject(failed(command, "it cannot be run", error)));
  child.on("close", (code, signal) => {
    if (code === 0) settle(Buffer.concat(chunks).toString("utf8"));
    else
      reject(
        failed(command, signal === null ? `it ended with ${code}` : "it took too long or said too much"),
      );
  });
  return promise;
}

function failed(command: string, why: string, cause?: unknown): UserError {
  return new UserError(
    "no-cluster",
    `credential plugin ${command}: ${why}`,
    "log in again, or run it by hand",
    { cause },
  );
}

function identityIn(answer: string, command: string): Identity {
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch (error) {
    throw failed(command, "it did not answer in JSON", error);
  }
  const status = isRawObject(value) ? entryOf(value, "status") : undefined;
  if (!isRawObject(status)) throw failed(command, "it gave no credentials");
  const token = textOf(status, "token");
  const cert = textOf(status, "clientCertificateData");
  const key = textOf(status, "clientKeyData");
  if (token === "" && (cert === "" || key === "")) throw failed(command, "it gave no credentials");
  return {
    ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
    ...(cert === "" || key === "" ? {} : { cert, key }),
  };
}
