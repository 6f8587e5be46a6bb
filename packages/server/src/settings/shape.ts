/** The service's settings, as the file or ConfigMap has them. No secret stands in it: files of their own hold those. */
import { Type, type Static, type TSchema } from "typebox";
import { severities } from "@plimsoll/core";

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1, maxLength: 4096 });
const texts = Type.Array(text, { maxItems: 1000 });
const name = Type.String({ pattern: "^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$" });

function oneOf<const T extends readonly string[]>(values: T) {
  return Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value)) as TSchema[]));
}

const where = { namespace: Type.Optional(text) };

/** What has to be so for an exception to accept anything: see `ExceptionCondition`. */
const condition = Type.Union([
  Type.Object({ control: text, ...where }, closed),
  Type.Object({ kind: text, name: Type.Optional(text), holds: text, ...where }, closed),
]);

const exception = Type.Object(
  {
    id: Type.Optional(text),
    controls: Type.Array(text, { minItems: 1, maxItems: 1000 }),
    reason: text,
    owner: text,
    /** A day, or `never`: nothing is accepted for ever by forgetting to say when. */
    until: Type.String({ pattern: "^(never|\\d{4}-\\d{2}-\\d{2})$" }),
    while: Type.Optional(condition),
    match: Type.Optional(
      Type.Object(
        {
          kind: Type.Optional(text),
          namespace: Type.Optional(text),
          name: Type.Optional(text),
          container: Type.Optional(text),
          path: Type.Optional(text),
          labels: Type.Optional(Type.Record(Type.String(), Type.String())),
        },
        closed,
      ),
    ),
  },
  closed,
);

/** What is told to whom. */
const told = {
  id: name,
  /** Default: opened, detected, blamed, taken-back, blind. Not called `on`, which YAML reads as true. */
  tell: Type.Optional(
    Type.Array(
      oneOf([
        "opened",
        "changed",
        "excepted",
        "exception-ended",
        "fixed",
        "gone",
        "lost",
        "detected",
        "blamed",
        "confirmed",
        "taken-back",
        "blind",
      ]),
    ),
  ),
  /** This severe or worse. Default: high. */
  severity: Type.Optional(oneOf(severities)),
  namespaces: Type.Optional(texts),
  /** Messages; several notices share one. Default: 20. */
  perMinute: Type.Optional(Type.Integer({ minimum: 1, maximum: 600 })),
};

const channel = Type.Union([
  /** `secretFile`: the key of the HMAC that signs each message. */
  Type.Object({ kind: Type.Literal("webhook"), ...told, url: text, secretFile: text }, closed),
  /** The address is itself a credential, so it stands in a file. */
  Type.Object({ kind: Type.Literal("slack"), ...told, urlFile: text }, closed),
  Type.Object(
    {
      kind: Type.Literal("smtp"),
      ...told,
      host: text,
      port: Type.Integer({ minimum: 1, maximum: 65535 }),
      /** TLS from the first byte; otherwise STARTTLS is demanded. */
      secure: Type.Optional(Type.Boolean()),
      user: Type.Optional(text),
      passwordFile: Type.Optional(text),
      from: text,
      to: Type.Array(text, { minItems: 1, maxItems: 50 }),
    },
    closed,
  ),
  Type.Object(
    { kind: Type.Literal("alertmanager"), ...told, url: text, tokenFile: Type.Optional(text) },
    closed,
  ),
  /** Kubernetes Events beside the resource; the account needs `create` on `events.k8s.io`. */
  Type.Object({ kind: Type.Literal("events"), ...told }, closed),
  Type.Object(
    {
      kind: Type.Literal("syslog"),
      ...told,
      host: text,
      port: Type.Integer({ minimum: 1, maximum: 65535 }),
      /** Default: true. Without it the host must be in `egress.allow`. */
      tls: Type.Optional(Type.Boolean()),
      format: oneOf(["ocsf", "cef"]),
    },
    closed,
  ),
]);

export const settingsShape = Type.Object(
  {
    frameworks: Type.Optional(texts),
    /** Workloads whose loss is the gravest: attack paths are found to them. `*` stands for anything within a name. */
    crownJewels: Type.Optional(
      Type.Array(
        Type.Object(
          {
            kind: Type.Optional(text),
            namespace: Type.Optional(text),
            name: Type.Optional(text),
            criticality: Type.Optional(oneOf(severities)),
          },
          closed,
        ),
        { maxItems: 1000 },
      ),
    ),
    labels: Type.Optional(
      Type.Object({ team: Type.Optional(texts), environment: Type.Optional(texts) }, closed),
    ),
    /** Whether annotations of resources may accept findings: whoever writes the workload then excuses himself. */
    annotations: Type.Optional(Type.Boolean()),
    /** Controls and detections of one's own, whole, as their files hold them. */
    controls: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Unknown()), { maxItems: 1_000 })),
    exceptions: Type.Optional(Type.Array(exception, { maxItems: 10_000 })),
    /** Flaws that attackers are known to use, by id: what CISA's catalogue (KEV) lists. */
    exploited: Type.Optional(Type.Array(text, { maxItems: 20_000 })),
    retention: Type.Optional(
      Type.Object(
        {
          historyDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
          exactDays: Type.Optional(Type.Integer({ minimum: 0, maximum: 3650 })),
          dailySnapshots: Type.Optional(Type.Integer({ minimum: 0, maximum: 3650 })),
        },
        closed,
      ),
    ),
    /** From where on "never seen" is taken for "does not do"; docs/decisions/0008 says why the defaults are what they are. */
    evidence: Type.Optional(
      Type.Object(
        {
          hours: Type.Optional(Type.Integer({ minimum: 0, maximum: 8_760 })),
          weekdays: Type.Optional(Type.Integer({ minimum: 0, maximum: 7 })),
          cycles: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
          stale: Type.Optional(Type.Integer({ minimum: 1, maximum: 8_760 })),
          replicas: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
        },
        closed,
      ),
    ),
    /** How long a container is learned before what is new of it is told. Default: 1440, a day. */
    learning: Type.Optional(Type.Object({ minutes: Type.Integer({ minimum: 1, maximum: 43_200 }) }, closed)),
    /** How long an edit is watched after somebody made it. Default: 1440, a day. */
    followup: Type.Optional(Type.Object({ minutes: Type.Integer({ minimum: 1, maximum: 43_200 }) }, closed)),
    egress: Type.Optional(Type.Object({ allow: Type.Optional(texts), caFile: Type.Optional(text) }, closed)),
    auth: Type.Optional(
      Type.Object(
        {
          audiences: Type.Optional(Type.Array(text, { minItems: 1, maxItems: 20 })),
          oidc: Type.Optional(
            Type.Object(
              {
                issuer: text,
                audience: text,
                usernameClaim: Type.Optional(text),
                usernamePrefix: Type.Optional(Type.String({ maxLength: 200 })),
                groupsClaim: Type.Optional(text),
                groupsPrefix: Type.Optional(Type.String({ maxLength: 200 })),
              },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
    /** Whose batches of observations are taken: the account of the agents' DaemonSet. */
    agents: Type.Optional(
      Type.Object(
        { account: Type.String({ pattern: "^system:serviceaccount:[a-z0-9.-]+:[a-z0-9.-]+$" }) },
        closed,
      ),
    ),
    /**
     * Tools that tell what they saw; each `tokenFile` holds the token that one must send. `policyFile`: the API server's
     * audit policy; where it leaves nothing of accounts out, what they never ask for is known.
     */
    sources: Type.Optional(
      Type.Object(
        {
          falco: Type.Optional(Type.Object({ tokenFile: text }, closed)),
          scanner: Type.Optional(Type.Object({ tokenFile: text }, closed)),
          audit: Type.Optional(Type.Object({ tokenFile: text, policyFile: Type.Optional(text) }, closed)),
        },
        closed,
      ),
    ),
    notify: Type.Optional(Type.Array(channel, { maxItems: 50 })),
  },
  closed,
);

export type SettingsText = Static<typeof settingsShape>;
export type Channel = NonNullable<SettingsText["notify"]>[number];
