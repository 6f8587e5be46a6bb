/** The resources that Kubernetes itself serves, by the names that people write: plural, singular and short, as kubectl takes them. */
import { rbacKinds, rulesOf, sanitize, type AccessQuestion, type Inventory } from "@plimsoll/core";
import { nearest } from "./suggestion.ts";

/** By group, each resource with its short names. https://kubernetes.io/docs/reference/kubectl/#resource-types */
const groups: { readonly [group: string]: string } = {
  "": `bindings componentstatuses=cs configmaps=cm endpoints=ep events=ev limitranges=limits namespaces=ns nodes=no
    persistentvolumeclaims=pvc persistentvolumes=pv pods=po podtemplates replicationcontrollers=rc resourcequotas=quota
    secrets serviceaccounts=sa services=svc users groups`,
  apps: "controllerrevisions daemonsets=ds deployments=deploy replicasets=rs statefulsets=sts",
  batch: "cronjobs=cj jobs",
  autoscaling: "horizontalpodautoscalers=hpa",
  policy: "poddisruptionbudgets=pdb",
  "networking.k8s.io": "ingressclasses ingresses=ing ipaddresses=ip networkpolicies=netpol servicecidrs",
  "rbac.authorization.k8s.io": "clusterrolebindings clusterroles rolebindings roles",
  "authentication.k8s.io": "selfsubjectreviews tokenreviews userextras uids",
  "authorization.k8s.io":
    "localsubjectaccessreviews selfsubjectaccessreviews selfsubjectrulesreviews subjectaccessreviews",
  "certificates.k8s.io": "certificatesigningrequests=csr clustertrustbundles signers",
  "admissionregistration.k8s.io": `mutatingadmissionpolicies mutatingadmissionpolicybindings mutatingwebhookconfigurations
    validatingadmissionpolicies validatingadmissionpolicybindings validatingwebhookconfigurations`,
  "apiextensions.k8s.io": "customresourcedefinitions=crd",
  "apiregistration.k8s.io": "apiservices",
  "storage.k8s.io":
    "csidrivers csinodes csistoragecapacities storageclasses=sc volumeattachments volumeattributesclasses=vac",
  "coordination.k8s.io": "leasecandidates leases",
  "discovery.k8s.io": "endpointslices",
  "scheduling.k8s.io": "priorityclasses=pc",
  "node.k8s.io": "runtimeclasses",
  "flowcontrol.apiserver.k8s.io": "flowschemas prioritylevelconfigurations",
  "resource.k8s.io": "deviceclasses resourceclaims resourceclaimtemplates resourceslices",
};

interface Known {
  readonly group: string;
  readonly resource: string;
}

const byName = new Map<string, Known>();
for (const [group, list] of Object.entries(groups)) {
  for (const entry of list.split(/\s+/).filter((text) => text !== "")) {
    const [resource = "", short] = entry.split("=");
    for (const name of [resource, singularOf(resource), ...(short === undefined ? [] : [short])])
      if (!byName.has(name)) byName.set(name, { group, resource });
  }
}

function singularOf(plural: string): string {
  if (plural.endsWith("ies")) return `${plural.slice(0, -3)}y`;
  if (/(ss|ch|x)es$/.test(plural)) return plural.slice(0, -2);
  return plural.endsWith("s") && plural !== "endpoints" ? plural.slice(0, -1) : plural;
}

/** The resource of a name, where Kubernetes itself serves it. */
export function resourceOf(name: string): Known | undefined {
  return byName.get(name);
}

const verbs: readonly string[] =
  "get list watch create update patch delete deletecollection use bind escalate impersonate approve sign attest *".split(
    " ",
  );

/**
 * One line for each word of a question that nothing is called: Kubernetes itself serves no such resource, and no rule that
 * was read names it. RBAC answers all the same, for it compares words.
 */
export function doubtsOf(
  { verb, path, apiGroup = "", resource = "" }: AccessQuestion,
  inventory: Inventory,
): readonly string[] {
  if (path !== undefined) return [];
  const named = wordsOfRules(inventory);
  const lines: string[] = [];
  if (!verbs.includes(verb) && !named.verbs.has(verb)) lines.push(doubt("verb", verb, verbs));
  const known = byName.get(resource)?.group === apiGroup || resource === "*" || named.resources.has(resource);
  if (!known) lines.push(doubt("resource", resource, [...byName.keys(), ...named.resources]));
  return lines;
}

function doubt(kind: string, word: string, known: Iterable<string>): string {
  const meant = nearest(word, known);
  const instead = meant === undefined ? "" : `: did you mean ${sanitize(meant)}?`;
  return `plimsoll: neither Kubernetes nor any rule that was read has a ${kind} ${sanitize(word)}${instead}`;
}

/** The verbs and resources that roles name. */
function wordsOfRules(inventory: Inventory): {
  readonly verbs: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
} {
  const roles = [rbacKinds.role, rbacKinds.clusterRole].flatMap((kind) => inventory.ofKind(kind));
  const rules = roles.flatMap(({ resource }) => rulesOf(resource["rules"]));
  return {
    verbs: new Set(rules.flatMap((rule) => rule.verbs)),
    resources: new Set(rules.flatMap((rule) => rule.resources.map((resource) => resource.split("/")[0]!))),
  };
}
