/** Powers over credentials: secrets, tokens, certificates. */
import { anyOf, definePower } from "../power.ts";

const csr = "certificatesigningrequests.certificates.k8s.io";
const signers = "signers.certificates.k8s.io";

export const readSecrets = definePower({
  id: "read-secrets",
  title: "Read secrets",
  severity: "high",
  technique: "T1552.007",
  tactic: "credential-access",
  why: "Secrets hold passwords, keys, and in places the tokens of service accounts.",
  needs: [anyOf("get,list,watch", "secrets")],
  gains: ["secrets"],
  notes: [
    "list and watch show the contents too, and with a field selector the rights to one name suffice.",
    "get without list needs the name; generated names of token secrets have five characters of 27 to guess.",
  ],
  equivalents: [
    "rbac-police/retrieve_token_secrets",
    "rbac-police/list_secrets",
    "rbac-police/obtain_token_weak_ns",
    "kubiscan/risky-get-secrets",
    "kubiscan/risky-list-secrets",
    "kubiscan/risky-any-verb-secrets",
    "kubiscan/risky-any-resource-list",
    "kubiscan/risky-any-resource-get",
    "kubescape/C-0015",
    "kubescape/C-0186",
    "kubehound/TOKEN_LIST",
    "kubehound/TOKEN_BRUTEFORCE",
    "trivy/KSV-0041",
  ],
});

export const patchSecrets = definePower({
  id: "patch-secrets",
  title: "Read secrets by an empty patch",
  severity: "high",
  technique: "T1552.007",
  tactic: "credential-access",
  why: "The answer to a patch that changes nothing is the whole Secret.",
  needs: [anyOf("patch", "secrets")],
  gains: ["secrets"],
  notes: ["The name must be known."],
  equivalents: ["rbac-police/issue_token_secrets"],
});

export const collectSecrets = definePower({
  id: "collect-secrets",
  title: "Read secrets by deleting them",
  severity: "high",
  technique: "T1552.007",
  tactic: "credential-access",
  why: "The answer to deletecollection is the list of all that was deleted, contents included.",
  needs: [anyOf("deletecollection", "secrets")],
  gains: ["secrets"],
  notes: ["A dry run answers the same, and deletes nothing."],
  equivalents: [],
});

export const issueTokenSecrets = definePower({
  id: "issue-token-secrets",
  title: "Have tokens of accounts written into secrets",
  severity: "critical",
  technique: "T1528",
  tactic: "credential-access",
  why: "A controller fills a Secret of type service-account-token with a lasting token of the account it names.",
  needs: [anyOf("create", "secrets"), anyOf("get,list,watch,patch,deletecollection", "secrets")],
  gains: ["any-account"],
  notes: ["A pod that mounts the Secret reads it as well as the API does."],
  equivalents: ["rbac-police/issue_token_secrets", "rbac-police/obtain_token_weak_ns"],
});

export const writeSecrets = definePower({
  id: "write-secrets",
  title: "Replace secrets that others use",
  severity: "medium",
  technique: "T1565",
  tactic: "impact",
  why: "Workloads believe the certificates, passwords and settings that their Secrets hold.",
  needs: [anyOf("update,patch,delete,deletecollection", "secrets")],
  gains: ["nothing"],
  notes: [],
  equivalents: ["trivy/KSV-0041", "trivy/KSV-0113"],
});

export const issueBootstrapTokens = definePower({
  id: "issue-bootstrap-tokens",
  title: "Make tokens with which nodes join",
  severity: "high",
  technique: "T1528",
  tactic: "credential-access",
  why: "A Secret of type bootstrap.kubernetes.io/token in kube-system is a login, as a member of system:bootstrappers.",
  needs: [anyOf("create,update,patch", "secrets", { namespace: "kube-system" })],
  gains: ["bootstrappers"],
  unsure: "whether the API server takes bootstrap tokens is not seen",
  notes: [
    "The groups a token may give are system:bootstrappers and those that begin with system:bootstrappers:.",
  ],
  equivalents: [],
});

export const requestTokens = definePower({
  id: "request-tokens",
  title: "Request tokens of service accounts",
  severity: "critical",
  technique: "T1528",
  tactic: "credential-access",
  why: "The API server makes out a token of any account for whoever may create serviceaccounts/token.",
  needs: [anyOf("create", "serviceaccounts/token")],
  gains: ["accounts"],
  notes: ["The standard roles admin and edit hold it for their namespace."],
  equivalents: ["rbac-police/token_request", "rbac-police/obtain_token_weak_ns", "kubescape/C-0282"],
});

export const signClientCertificates = definePower({
  id: "sign-client-certificates",
  title: "Have certificates signed for any user",
  severity: "critical",
  technique: "T1649",
  tactic: "credential-access",
  why: "An approved request of the API server's client signer is a login under the name and the groups it carries.",
  needs: [
    anyOf("approve", signers, { names: ["kubernetes.io/kube-apiserver-client", "kubernetes.io/*"] }),
    anyOf("update,patch", `${csr}/approval`),
    anyOf("create", csr),
  ],
  gains: ["any-user", "any-group"],
  notes: ["Admission refuses requests for system:masters (CertificateSubjectRestriction, on by default)."],
  equivalents: ["rbac-police/approve_csrs", "kubescape/C-0280"],
});

export const signNodeCertificates = definePower({
  id: "sign-node-certificates",
  title: "Have certificates signed for any node",
  severity: "critical",
  technique: "T1649",
  tactic: "credential-access",
  why: "Under a node's name one reads the secrets of its pods and makes tokens of their accounts.",
  needs: [
    anyOf("approve", signers, { names: ["kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/*"] }),
    anyOf("update,patch", `${csr}/approval`),
    anyOf("create", csr),
  ],
  gains: ["any-node"],
  notes: [],
  equivalents: ["rbac-police/approve_csrs", "kubescape/C-0280"],
});

export const joinAsNode = definePower({
  id: "join-as-node",
  title: "Join the cluster as any node",
  severity: "high",
  technique: "T1649",
  tactic: "credential-access",
  why: "A request for a node's certificate is approved by itself, whichever node it names.",
  needs: [anyOf("create", `${csr}/nodeclient`), anyOf("create", csr)],
  gains: ["any-node"],
  notes: ["kubeadm gives this to bootstrap tokens, so that nodes can join."],
  equivalents: ["rbac-police/approve_csrs"],
});

export const approveRequests = definePower({
  id: "approve-certificate-requests",
  title: "Approve certificate requests",
  severity: "medium",
  technique: "T1649",
  tactic: "credential-access",
  why: "Together with the right to a signer, an approval makes a login out of anybody's request.",
  needs: [anyOf("update,patch", `${csr}/approval`)],
  gains: ["nothing"],
  notes: [],
  equivalents: ["kubescape/C-0280"],
});

export const attestTrust = definePower({
  id: "attest-trust",
  title: "Publish certificate authorities to trust",
  severity: "medium",
  technique: "T1557",
  tactic: "credential-access",
  why: "Workloads that mount a ClusterTrustBundle believe whom it names.",
  needs: [anyOf("create,update,patch", "clustertrustbundles.certificates.k8s.io"), anyOf("attest", signers)],
  gains: ["nothing"],
  notes: ["Bundles without a signer need no attest."],
  equivalents: [],
});

export const changeAccounts = definePower({
  id: "change-accounts",
  title: "Change the cloud identity of service accounts",
  severity: "medium",
  technique: "T1078.004",
  tactic: "privilege-escalation",
  why: "An annotation of the account names the cloud role that its pods take.",
  needs: [anyOf("update,patch,create", "serviceaccounts")],
  gains: ["nothing"],
  notes: ["The cloud's own trust policy must allow the account: a wide one does."],
  equivalents: ["rbac-police/providerIAM"],
});

export const changeAwsAuth = definePower({
  id: "change-aws-auth",
  title: "Map cloud roles to cluster administrators",
  severity: "critical",
  technique: "T1098",
  tactic: "privilege-escalation",
  why: "On EKS the ConfigMap aws-auth says which cloud identity is in which group: system:masters too.",
  needs: [anyOf("update,patch", "configmaps", { namespace: "kube-system", names: ["aws-auth"] })],
  gains: ["cluster"],
  only: "eks",
  notes: ["Clusters that use access entries alone do not read it."],
  equivalents: ["rbac-police/eks_modify_aws_auth", "trivy/KSV-0115"],
});
