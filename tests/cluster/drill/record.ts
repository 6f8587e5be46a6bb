/** What our own agent sent while the drill's workloads were at work, batch for batch, and the objects that say whose it was. */
import { fork } from "node:child_process";
import { join } from "node:path";
import type { AgentReport } from "@plimsoll/agent";
import type { Resource, Seen } from "@plimsoll/core";
import type { Api } from "../api.ts";
import { objectsOf } from "../fixes/observed.ts";
import type { Message } from "./agent.ts";
import { namespace } from "./world.ts";

export interface Recorder {
  /** In the order in which they were sent. */
  readonly batches: readonly Seen[];
  /** All that there was; pods come and go. */
  readonly objects: ReadonlyMap<string, Resource>;
  /** Reads the objects anew. */
  readonly refresh: () => Promise<void>;
  readonly end: () => Promise<AgentReport>;
}

export async function openRecorder(api: Api): Promise<Recorder> {
  const child = fork(join(import.meta.dirname, "agent.ts"), { serialization: "advanced" });
  const opened = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<AgentReport>();
  const batches: Seen[] = [];
  const objects = new Map<string, Resource>();
  child.on("message", (message: Message) => {
    if (message.about === "opened") opened.resolve();
    else if (message.about === "batch") batches.push(message.batch);
    else ended.resolve(message.report);
  });
  child.on("exit", (code) => {
    opened.reject(new Error(`the agent ended with ${code}`));
    ended.reject(new Error(`the agent ended with ${code}`));
  });
  ended.promise.catch(() => undefined); // told to whoever waits for it
  await opened.promise;
  return {
    batches,
    objects,
    refresh: async () => {
      for (const object of await objectsOf(api, namespace))
        objects.set(`${object.kind} ${object.metadata.name}`, object);
    },
    end: () => {
      child.send("end");
      return ended.promise;
    },
  };
}
