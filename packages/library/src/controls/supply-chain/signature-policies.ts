/** Admission policies that verify image signatures, of the projects that do. */
import {
  isJsonArray,
  isJsonObject,
  type ExampleResource,
  type Inventory,
  type Json,
  type JsonObject,
  type ResourceRecord,
} from "@plimsoll/core";

const kyvernoKinds: readonly string[] = ["kyverno.io/v1/ClusterPolicy", "kyverno.io/v1/Policy"];
const imagePolicyKinds: readonly string[] = ["v1alpha1", "v1beta1", "v1"].map(
  (version) => `policies.kyverno.io/${version}/ImageValidatingPolicy`,
);
const sigstoreKinds: readonly string[] = ["v1alpha1", "v1beta1"].map(
  (version) => `policy.sigstore.dev/${version}/ClusterImagePolicy`,
);
const ratifyKinds: readonly string[] = [
  "config.ratify.deislabs.io/v1beta1/Verifier",
  "config.ratify.dev/v2alpha1/Executor",
];
const webhookKinds: readonly string[] = [
  "admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration",
  "admissionregistration.k8s.io/v1/MutatingWebhookConfiguration",
];

export const signaturePolicyKinds: readonly string[] = [
  ...kyvernoKinds,
  ...imagePolicyKinds,
  ...sigstoreKinds,
  ...ratifyKinds,
  ...webhookKinds,
];

export interface SignaturePolicy {
  readonly record: ResourceRecord;
  /** For people: `Kyverno policy verify-images`. */
  readonly what: string;
  /** It refuses what it cannot verify; else it reports only. */
  readonly enforces: boolean;
}

export function signaturePolicies(inventory: Inventory): readonly SignaturePolicy[] {
  const of = (kinds: readonly string[]): readonly ResourceRecord[] =>
    kinds.flatMap((kind) => inventory.ofKind(kind));
  const name = ({ resource }: ResourceRecord): string => resource.metadata.name ?? "";
  return [
    ...of(kyvernoKinds).flatMap((record) => {
      const enforces = kyvernoEnforces(specOf(record));
      return enforces === undefined ? [] : [{ record, what: `The Kyverno policy ${name(record)}`, enforces }];
    }),
    ...of(imagePolicyKinds).map((record) => {
      const actions = specOf(record)["validationActions"];
      const enforces = !isJsonArray(actions) || actions.includes("Deny");
      return { record, what: `The ImageValidatingPolicy ${name(record)}`, enforces };
    }),
    ...of(sigstoreKinds).map((record) => ({
      record,
      what: `The ClusterImagePolicy ${name(record)}`,
      enforces: specOf(record)["mode"] !== "warn",
    })),
    ...of(ratifyKinds).map((record) => ({ record, what: `Ratify's ${name(record)}`, enforces: true })),
    ...of(webhookKinds)
      .filter((record) => /connaisseur/.test(name(record)))
      .map((record) => ({ record, what: `Connaisseur's webhook ${name(record)}`, enforces: true })),
  ];
}

function specOf({ resource }: ResourceRecord): JsonObject {
  return isJsonObject(resource["spec"]) ? resource["spec"] : {};
}

/** Whether a Kyverno policy enforces its `verifyImages`; nothing where it has none. */
function kyvernoEnforces(spec: JsonObject): boolean | undefined {
  const rules = isJsonArray(spec["rules"]) ? spec["rules"].filter(isJsonObject) : [];
  const verifies = rules.flatMap((rule) =>
    isJsonArray(rule["verifyImages"]) ? rule["verifyImages"].filter(isJsonObject) : [],
  );
  if (verifies.length === 0) return undefined;
  return verifies.some((entry) => isEnforce(entry["failureAction"] ?? spec["validationFailureAction"]));
}

function isEnforce(action: Json | undefined): boolean {
  return typeof action === "string" && action.toLowerCase() === "enforce";
}

export function kyvernoVerify(action: "Enforce" | "Audit"): ExampleResource {
  const verify = {
    imageReferences: ["registry.example.com/*"],
    failureAction: action,
    attestors: [
      {
        entries: [
          {
            keyless: {
              subject: "https://github.com/shop/*",
              issuer: "https://token.actions.githubusercontent.com",
            },
          },
        ],
      },
    ],
  };
  return {
    apiVersion: "kyverno.io/v1",
    kind: "ClusterPolicy",
    metadata: { name: "verify-images" },
    spec: {
      rules: [
        { name: "signed", match: { any: [{ resources: { kinds: ["Pod"] } }] }, verifyImages: [verify] },
      ],
    },
  };
}
