/** `automountServiceAccountToken` of a service account: refuses its token to the pods that do not say themselves whether they want it. */
import type { Container, Workload } from "../../model/workload.ts";
import { accountToken } from "../fields/account-token.ts";
import type { Change, Site } from "../fields/field.ts";
import { clearByConstruction, unknownFor } from "../fields/judgement.ts";
import { usersOf } from "../generators/workload-seen.ts";
import { defineObjectField, type ObjectChange, type ObjectJudgement } from "./object-field.ts";
import { nameOf } from "./object-ground.ts";
import { shopAccount, usingPod } from "./example-objects.ts";

function judge({ before, after, ground }: ObjectChange): readonly ObjectJudgement[] {
  const [old, now] = [before, after].map((account) => account["automountServiceAccountToken"] !== false);
  if (now === true || old === now)
    return [{ judgement: clearByConstruction("The token comes in addition, or stays as it is") }];
  const { namespace = "", name = "" } = before.metadata;
  const users = usersOf({ namespace, name }, ground.inventory);
  const asking = users.filter(({ pod }) => typeof pod.spec["automountServiceAccountToken"] !== "boolean");
  const judged = asking.flatMap((workload) =>
    workload.containers.flatMap((container) => ofContainer(workload, container, ground)),
  );
  if (judged.length > 0) return judged;
  if (users.length > 0)
    return [
      { judgement: clearByConstruction("Each workload that has it says itself whether it wants the token") },
    ];
  const { inventory } = ground;
  if (inventory.server.kind === "cluster" && inventory.covers("v1/Pod", namespace))
    return [{ judgement: clearByConstruction("No pod that was read has it") }];
  const missing = [
    {
      text: `which pods have ServiceAccount ${namespace}/${name}`,
      remedy: `kubectl get pods -n ${namespace} -o custom-columns=NAME:.metadata.name,ACCOUNT:.spec.serviceAccountName`,
    },
  ];
  return [{ judgement: unknownFor("No workload that was read has it", missing) }];
}

function ofContainer(
  workload: Workload,
  container: Container,
  { evidenceOf }: ObjectChange["ground"],
): readonly ObjectJudgement[] {
  if (container.role === "ephemeral") return [];
  const evidence = evidenceOf(workload);
  const seen = evidence.container(container);
  const site = (accountMounts: boolean): Site => ({
    pod: workload.pod.spec,
    container: container.raw,
    name: container.name,
    role: container.role,
    podPath: workload.pod.specPath,
    containerPath: container.path,
    accountMounts,
  });
  const change: Change = { before: site(true), after: site(false), seen, account: evidence.account };
  const judgement = accountToken.judge(change);
  const who = `${nameOf(workload)}, container ${container.name}`;
  return [{ judgement: { ...judgement, because: `${who}: ${judgement.because}` }, seen }];
}

const off = [{ op: "add", path: "/automountServiceAccountToken", value: false }] as const;

export const accountAutomount = defineObjectField({
  id: "account-automount",
  title: "the token of the account, to pods that do not ask for it themselves",
  kinds: ["v1/ServiceAccount"],
  paths: ["object.automountServiceAccountToken"],
  reach: "namespace",
  blind: ["pods that are not read, such as those of other repositories"],
  judge,
  examples: {
    clear: [
      {
        name: "its pods read other files",
        resources: [shopAccount, usingPod({})],
        operations: off,
        seen: { "Deployment shop/web": [{ kind: "file", operation: "open", path: "/etc/hosts" }] },
      },
      {
        name: "its pods say themselves that they want it",
        resources: [shopAccount, usingPod({ automountServiceAccountToken: true })],
        operations: off,
        unwatched: true,
      },
    ],
    breaks: [
      {
        name: "a pod reads the token",
        resources: [shopAccount, usingPod({})],
        operations: off,
        seen: {
          "Deployment shop/web": [
            { kind: "file", operation: "open", path: "/run/secrets/kubernetes.io/serviceaccount/token" },
          ],
        },
      },
      {
        name: "it is seen asking the API",
        resources: [shopAccount, usingPod({})],
        operations: off,
        seen: {
          "ServiceAccount shop/web": [
            {
              kind: "api-request",
              verb: "get",
              group: "",
              resource: "configmaps",
              namespace: "shop",
              name: "a",
              allowed: true,
            },
          ],
        },
      },
    ],
    unknown: [
      { name: "nobody watched", resources: [shopAccount, usingPod({})], operations: off, unwatched: true },
      { name: "no workload that was read has it", resources: [shopAccount], operations: off },
    ],
  },
});
