/** Powers over what the API server lets through, and over the API itself. */
import { anyOf, definePower } from "../power.ts";

const registration = "admissionregistration.k8s.io";

export const changeMutatingWebhooks = definePower({
  id: "change-mutating-webhooks",
  title: "Change objects on their way in",
  severity: "critical",
  technique: "T1546",
  tactic: "privilege-escalation",
  why: "A mutating webhook sees and rewrites whatever anybody creates: pods of the control plane, bindings of administrators.",
  needs: [anyOf("create,update,patch", `mutatingwebhookconfigurations.${registration}`)],
  gains: ["cluster"],
  notes: ["The API server must reach the webhook: a URL outside or a Service inside."],
  equivalents: ["rbac-police/control_webhooks", "kubescape/C-0281", "kubescape/C-0039", "trivy/KSV-0114"],
});

export const changeMutatingPolicies = definePower({
  id: "change-mutating-policies",
  title: "Change objects on their way in by a policy",
  severity: "critical",
  technique: "T1546",
  tactic: "privilege-escalation",
  why: "A MutatingAdmissionPolicy rewrites whatever anybody creates, and needs no webhook to do it.",
  needs: [
    anyOf("create,update,patch", `mutatingadmissionpolicies.${registration}`, { since: 34 }),
    anyOf("create,update,patch", `mutatingadmissionpolicybindings.${registration}`, { since: 34 }),
  ],
  gains: ["cluster"],
  unsure: "whether the API server serves mutating policies depends on its version and feature gates",
  notes: [],
  equivalents: [],
});

export const changeValidatingWebhooks = definePower({
  id: "change-validating-webhooks",
  title: "Read objects on their way in",
  severity: "high",
  technique: "T1557",
  tactic: "collection",
  why: "A validating webhook is sent whatever anybody writes, secrets too; without it a guard is gone.",
  needs: [
    anyOf("create,update,patch,delete,deletecollection", `validatingwebhookconfigurations.${registration}`),
  ],
  gains: ["nothing"],
  notes: [],
  equivalents: ["rbac-police/control_webhooks", "kubescape/C-0281", "kubescape/C-0036", "trivy/KSV-0114"],
});

export const removeGuards = definePower({
  id: "remove-guards",
  title: "Remove what refuses dangerous objects",
  severity: "high",
  technique: "T1562.001",
  tactic: "defense-evasion",
  why: "Without its policies and webhooks the cluster lets in what they refused.",
  needs: [
    [
      ...anyOf(
        "update,patch,delete,deletecollection",
        `validatingadmissionpolicies.${registration}`,
        `validatingadmissionpolicybindings.${registration}`,
      ),
      ...anyOf("delete,deletecollection", `mutatingwebhookconfigurations.${registration}`),
    ],
  ],
  gains: ["nothing"],
  notes: [],
  equivalents: [],
});

export const changeNamespaces = definePower({
  id: "change-namespaces",
  title: "Change the labels of namespaces",
  severity: "medium",
  technique: "T1562.001",
  tactic: "defense-evasion",
  why: "The Pod Security level of a namespace is a label of it, and policies choose namespaces by labels.",
  needs: [anyOf("update,patch", "namespaces")],
  gains: ["nothing"],
  notes: ["With the right to create pods there, a privileged pod comes next."],
  equivalents: [],
});

export const changeDefinitions = definePower({
  id: "change-definitions",
  title: "Change custom resource definitions",
  severity: "medium",
  technique: "T1546",
  tactic: "persistence",
  why: "A definition's conversion webhook sees and rewrites every object of its kind; deleting it deletes them all.",
  needs: [anyOf("create,update,patch,delete", "customresourcedefinitions.apiextensions.k8s.io")],
  gains: ["nothing"],
  notes: [],
  equivalents: [],
});

export const changeApiServices = definePower({
  id: "change-api-services",
  title: "Serve a part of the API",
  severity: "high",
  technique: "T1557",
  tactic: "collection",
  why: "Requests to the group of an APIService go to the server that it names, with the name and groups of who asks.",
  needs: [anyOf("create,update,patch", "apiservices.apiregistration.k8s.io")],
  gains: ["nothing"],
  notes: ["The API server takes its own groups back again and again."],
  equivalents: [],
});
