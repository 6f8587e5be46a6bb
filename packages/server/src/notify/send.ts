/** Sends one message of several notices by one channel. Everything goes out through egress; Events go to the API server itself. */
import { createHmac } from "node:crypto";
import { createTransport } from "nodemailer";
import type { Access, Clock, Disk, Network } from "@plimsoll/cluster";
import { sanitize } from "@plimsoll/core";
import type { Egress, Post } from "../egress/egress.ts";
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

/** Resolves once the other side has taken it. Throws `EgressError` or `NotifyError`; neither holds a secret. */
export async function send(channel: Channel, list: readonly Told[], senders: Senders): Promise<void> {
  switch (channel.kind) {
    case "webhook":
      return sendWebhook(channel, list, senders);
    case "slack":
      return post(senders, await secretIn(senders, channel.urlFile), slackMessage(list), {});
    case "smtp":
      return sendMail(channel, list, senders);
    case "alertmanager":
      return sendAlerts(channel, list, senders);
    case "events":
      for (const told of list) if (told.what !== "baseline") await sendEvent(senders, told);
      return undefined;
    case "syslog":
      return sendSyslog(channel, list, senders);
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
  senders: Senders,
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
  senders: Senders,
): Promise<void> {
  const alerts = alertsOf(list);
  if (alerts.length === 0) return;
  const token = tokenFile === undefined ? undefined : await secretIn(senders, tokenFile);
  const to = `${url.replace(/\/$/, "")}/api/v2/alerts`;
  await post(senders, to, alerts, token === undefined ? {} : { authorization: `Bearer ${token}` });
}

async function post(
  { egress, version }: Senders,
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
  };
  const { status } = await egress.post(request);
  if (status >= 200 && status < 300) return;
  const code = status === 429 || status >= 500 ? "busy" : "refused";
  throw new NotifyError(code, `it answered ${status}`);
}

async function sendMail(channel: Of<"smtp">, list: readonly Told[], senders: Senders): Promise<void> {
  const { host, port, secure = false, user, passwordFile, from, to } = channel;
  const { egress } = senders;
  const password = passwordFile === undefined ? undefined : await secretIn(senders, passwordFile);
  const { allowed } = await egress.pin(host, port);
  const { ca, rejectUnauthorized, minVersion } = egress.trust;
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
      egress.connect(host, port, secure, true).then(
        (connection) => callback(null, { connection, secured: secure }),
        (error: unknown) => callback(error instanceof Error ? error : new Error("no connection")),
      );
    },
  } as object);
  try {
    await transport.sendMail({ from, to: [...to], ...mailOf(list) });
  } catch (error) {
    if (error instanceof EgressError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new NotifyError("failed", `the mail server did not take it (${sanitize(code)})`, { cause: error });
  } finally {
    transport.close();
  }
}

async function sendSyslog(
  { host, port, tls = true, format }: Of<"syslog">,
  list: readonly Told[],
  senders: Senders,
): Promise<void> {
  const notices = list.filter((told): told is Notice => told.what !== "baseline");
  if (notices.length === 0) return;
  const { version } = senders;
  const frames = notices.map((notice) =>
    syslogFrame(notice, format === "cef" ? cefOf(notice, version) : JSON.stringify(ocsfOf(notice, version))),
  );
  const stream = await senders.egress.connect(host, port, tls);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const cancel = senders.clock.after(10_000, () =>
    stream.destroy(new EgressError("timeout", "it did not read in time")),
  );
  stream.on("error", reject);
  // Syslog knows no receipt: that it was taken by the other end's kernel is the most that can be known.
  stream.end(frames.join(""), () => resolve());
  try {
    await promise;
  } finally {
    cancel();
    stream.end();
  }
}
