/** Sends one message of several notices by one channel. Everything goes out through egress; Events go to the API server itself. */
import { createHmac } from "node:crypto";
import type { Duplex } from "node:stream";
import { createTransport } from "nodemailer";
import type { Access, Clock, Disk, Network } from "@plimsoll/cluster";
import { sanitize } from "@plimsoll/core";
import { givenUp, type Egress, type Post } from "../egress/egress.ts";
import { EgressError } from "../egress/error.ts";
import type { Channel } from "../settings/settings.ts";
import { sendEvent } from "./event.ts";
import type { Notice } from "./notice.ts";
import { alertsOf, cefOf, mailOf, ocsfOf, slackMessage, syslogFrame, type Told } from "./words.ts";

export interface Senders {
  readonly egress: Egress;
  readonly disk: Pick<Disk, "read">;
  readonly clock: Clock;
  readonly network: Network;
  readonly access: Access;
  readonly version: string;
}

/** Why a message did not arrive; `lasting` where it will not by itself. */
export class NotifyError extends Error {
  readonly code: "refused" | "busy" | "secret" | "failed";

  constructor(code: NotifyError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NotifyError";
    this.code = code;
  }
}

/** Milliseconds for one message, however slowly the other side takes it: less than it is hidden from others in the queue. */
const longest = 45_000;

/**
 * Resolves once the other side has taken it. Throws `EgressError` or `NotifyError`; neither holds a secret. `signal` gives it
 * up at once.
 */
export async function send(
  channel: Channel,
  list: readonly Told[],
  senders: Senders,
  signal: AbortSignal,
): Promise<void> {
  const late = new AbortController();
  const tooLate = new EgressError("timeout", "it took too long");
  const cancel = senders.clock.after(longest, () => late.abort(tooLate));
  try {
    await sendBy(channel, list, { ...senders, signal: AbortSignal.any([signal, late.signal]) });
  } finally {
    cancel();
  }
}

/** And what gives the message up. */
type Sending = Senders & { readonly signal: AbortSignal };

async function sendBy(channel: Channel, list: readonly Told[], sending: Sending): Promise<void> {
  switch (channel.kind) {
    case "webhook":
      return sendWebhook(channel, list, sending);
    case "slack":
      return post(sending, await secretIn(sending, channel.urlFile), slackMessage(list), {});
    case "smtp":
      return sendMail(channel, list, sending);
    case "alertmanager":
      return sendAlerts(channel, list, sending);
    case "events":
      for (const told of list) if (told.what !== "baseline") await sendEvent(sending, told);
      return undefined;
    case "syslog":
      return sendSyslog(channel, list, sending);
  }
}

type Of<K extends Channel["kind"]> = Extract<Channel, { readonly kind: K }>;

async function secretIn({ disk }: Senders, file: string): Promise<string> {
  try {
    const text = Buffer.from(await disk.read(file))
      .toString("utf8")
      .trim();
    if (text !== "") return text;
  } catch (error) {
    throw new NotifyError("secret", `the file ${sanitize(file)} cannot be read`, { cause: error });
  }
  throw new NotifyError("secret", `the file ${sanitize(file)} is empty`);
}

/** Signed over time and body, so that neither can be changed and an old message not sent again much later. */
async function sendWebhook(
  { url, secretFile }: Of<"webhook">,
  list: readonly Told[],
  senders: Sending,
): Promise<void> {
  const body = { version: 1, notices: list };
  const text = JSON.stringify(body);
  const time = String(Math.floor(senders.clock.now() / 1000));
  const key = await secretIn(senders, secretFile);
  const signature = createHmac("sha256", key).update(`${time}.${text}`).digest("hex");
  await post(senders, url, body, { "x-plimsoll-signature": `t=${time},v1=${signature}` });
}

async function sendAlerts(
  { url, tokenFile }: Of<"alertmanager">,
  list: readonly Told[],
  senders: Sending,
): Promise<void> {
  const alerts = alertsOf(list);
  if (alerts.length === 0) return;
  const token = tokenFile === undefined ? undefined : await secretIn(senders, tokenFile);
  const to = `${url.replace(/\/$/, "")}/api/v2/alerts`;
  await post(senders, to, alerts, token === undefined ? {} : { authorization: `Bearer ${token}` });
}

async function post(
  { egress, version, signal }: Sending,
  address: string,
  body: object,
  secrets: { readonly [name: string]: string },
): Promise<void> {
  const url = URL.parse(address);
  if (url === null) throw new NotifyError("refused", "its address is none");
  const request: Post = {
    url,
    headers: { "content-type": "application/json", "user-agent": `plimsoll/${version}`, ...secrets },
    body: JSON.stringify(body),
    secret: Object.keys(secrets),
    signal,
  };
  const { status } = await egress.post(request);
  if (status >= 200 && status < 300) return;
  const code = status === 429 || status >= 500 ? "busy" : "refused";
  throw new NotifyError(code, `it answered ${status}`);
}

async function sendMail(channel: Of<"smtp">, list: readonly Told[], senders: Sending): Promise<void> {
  const { host, port, secure = false, user, passwordFile, from, to } = channel;
  const { egress, clock, signal } = senders;
  const password = passwordFile === undefined ? undefined : await secretIn(senders, passwordFile);
  const { allowed } = await egress.pin(host, port);
  const { ca, rejectUnauthorized, minVersion } = egress.trust;
  let opened: Duplex | undefined;
  const transport = createTransport({
    host,
    port,
    secure,
    // Without TLS only to a host that the settings name, and never with a password.
    requireTLS: !secure && (!allowed || password !== undefined),
    tls: { rejectUnauthorized, minVersion, servername: host, ...(ca === undefined ? {} : { ca: [...ca] }) },
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
    // The connection is ours: its address was judged and pinned.
    getSocket: (_: unknown, callback: (error: Error | null, socket?: object) => void) => {
      egress.connect({ host, port, tls: secure, upgrades: true, signal }).then(
        (connection) => {
          opened = connection;
          callback(null, { connection, secured: secure });
        },
        (error: unknown) => callback(error instanceof Error ? error : new Error("no connection")),
      );
    },
  } as object);
  try {
    await Promise.race([transport.sendMail({ from, to: [...to], ...mailOf(list) }), aborted(signal)]);
  } catch (error) {
    if (error instanceof EgressError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new NotifyError("failed", `the mail server did not take it (${sanitize(code)})`, { cause: error });
  } finally {
    transport.close();
    if (opened !== undefined) leave(clock, opened);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined); // the mail may be sent before it
  const end = (): void => reject(givenUp(signal));
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return promise;
}

/** Milliseconds that the other side has to end a connection too: else it would stay open, and with it this process. */
const farewell = 1_000;

function leave(clock: Clock, stream: Duplex): void {
  if (stream.destroyed) return;
  stream.on("error", () => undefined); // nothing is waited for any more
  stream.once(
    "close",
    clock.after(farewell, () => stream.destroy()),
  );
}

async function sendSyslog(
  { host, port, tls = true, format }: Of<"syslog">,
  list: readonly Told[],
  { egress, clock, version, signal }: Sending,
): Promise<void> {
  const notices = list.filter((told): told is Notice => told.what !== "baseline");
  if (notices.length === 0) return;
  const frames = notices.map((notice) =>
    syslogFrame(notice, format === "cef" ? cefOf(notice, version) : JSON.stringify(ocsfOf(notice, version))),
  );
  const stream = await egress.connect({ host, port, tls, signal });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const cancel = clock.after(10_000, () =>
    stream.destroy(new EgressError("timeout", "it did not read in time")),
  );
  stream.on("error", reject);
  stream.resume(); // what it says is of no use, and what is not read would break the connection at its end
  // Syslog knows no receipt: that it was taken by the other end's kernel is the most that can be known.
  stream.end(frames.join(""), () => resolve());
  try {
    await promise;
  } finally {
    cancel();
    leave(clock, stream);
  }
}
