/** The templates of Gatekeeper's library. */
import { ids, type Catalogue } from "./catalogue.ts";

export const gatekeeper: Catalogue = {
  id: "gatekeeper",
  title: "Gatekeeper's library",
  revision: "of late 2025",
  needs: {
    manifests: ids(`
      k8sallowedrepos k8sallowedreposv2 k8sblockendpointeditdefaultrole k8sblockloadbalancer
      k8sblocknodeport k8sblockwildcardingress k8scontainerephemeralstoragelimit
      k8scontainerlimits k8scontainerratios k8scontainerrequests k8sdisallowanonymous
      k8sdisallowedrepos k8sdisallowedtags k8sdisallowinteractivetty k8sexternalips
      k8shorizontalpodautoscaler k8shttpsonly k8simagedigests k8spoddisruptionbudget
      k8spspallowedusers k8spspallowprivilegeescalationcontainer k8spspapparmor
      k8spspautomountserviceaccounttokenpod k8spspcapabilities k8spspflexvolumes
      k8spspforbiddensysctls k8spspfsgroup k8spsphostfilesystem k8spsphostnamespace
      k8spsphostnetworkingports k8spsphostprobeslifecycle k8spsphostprocess
      k8spspprivilegedcontainer k8spspprocmount k8spspreadonlyrootfilesystem k8spspseccomp
      k8spspseccompv2 k8spspselinuxv2 k8spspvolumetypes k8sreplicalimits k8srequiredannotations
      k8srequiredlabels k8srequiredprobes k8srequiredresources k8sstorageclass
      k8suniqueingresshost k8suniqueserviceselector verifydeprecatedapi
    `),
    probe: ids("noupdateserviceaccount"),
  },
  unmet: [
    {
      reason: "organisation",
      because:
        "What it allows or wants is a parameter that each organisation fills in; a control of one's own says it in one line.",
      ids: ids(`
        k8sallowedrepos k8sallowedreposv2 k8sdisallowedrepos k8srequiredannotations
        k8srequiredlabels k8srequiredresources k8scontainerratios k8sstorageclass
      `),
    },
    {
      reason: "not-security",
      because: "It keeps objects from getting into each other's way, and no attacker gains where it fails.",
      ids: ids("k8shorizontalpodautoscaler k8suniqueserviceselector"),
    },
    {
      reason: "runtime",
      because: "It judges who asks for a change, which stands in the request and in no object.",
      ids: ids("noupdateserviceaccount"),
    },
  ],
};
