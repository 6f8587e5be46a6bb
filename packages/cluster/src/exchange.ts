/** One request to an API server on a line of its own, its answer read whole; credentials are renewed once where they are refused. */
import type { Access } from "./access.ts";
import type { Doors, Incoming, Outgoing } from "./doors.ts";
import { refusalOf } from "./refusal.ts";

export interface Question {
  readonly method: Outgoing["method"];
  /** From the server's own root on, with its query. */
  readonly path: string;
  readonly body?: Uint8Array;
  /** Of the body; JSON where nothing is said. */
  readonly type?: string;
  readonly accept?: string;
}

export interface Terms {
  /** Milliseconds for one exchange. */
  readonly patience: number;
  /** Bytes of an answer; a longer one is an `ApiError`. */
  readonly longest: number;
}

export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Throws `NetworkError`, and `ApiError` for an answer that is too long. */
export async function exchange(
  access: Access,
  doors: Doors,
  question: Question,
  terms: Terms,
): Promise<Answer> {
  const first = await send(access, doors, question, terms, false);
  return first.status === 401 ? send(access, doors, question, terms, true) : first;
}

async function send(
  { server, tls, proxy, identify }: Access,
  { network, clock }: Doors,
  { method, path, body, type = "application/json", accept = "application/json" }: Question,
  { patience, longest }: Terms,
  renew: boolean,
): Promise<Answer> {
  const { authorization, cert, key } = await identify(renew);
  const pair = cert === undefined || key === undefined ? {} : { cert, key };
  const line = network.reach({
    server,
    tls: { ...tls, ...pair },
    ...(proxy === undefined ? {} : { proxy }),
  });
  const late = new AbortController();
  const cancel = clock.after(patience, () => late.abort());
  try {
    const answer = await line.send({
      method,
      path: server.pathname.replace(/\/$/, "") + path,
      headers: {
        accept,
        "user-agent": "plimsoll",
        ...(body === undefined ? {} : { "content-type": type }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      signal: late.signal,
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.status, body: await wholeOf(answer, longest) };
  } finally {
    cancel();
    line.cut();
  }
}

async function wholeOf(answer: Incoming, longest: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body) {
    length += chunk.length;
    if (length > longest) throw refusalOf(500, "an answer that is too long", 0);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
