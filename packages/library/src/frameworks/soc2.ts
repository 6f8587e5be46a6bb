/** The Trust Services Criteria behind SOC 2, as far as a cluster can show anything of them. */
import type { Framework } from "@plimsoll/core";
import type { ControlId } from "../controls/index.ts";
import {
  adminBindings,
  auditLog,
  credentials,
  everybody,
  exposures,
  limits,
  maintained,
  networkPolicies,
  secretsAccess,
  transport,
  wildcards,
} from "./groups.ts";
import { organisation, privacy } from "./soc2-organisation.ts";

export const soc2: Framework<ControlId> = {
  id: "soc2",
  title: "SOC 2 (Trust Services Criteria)",
  version: "2017, revised 2022",
  source:
    "American Institute of Certified Public Accountants, https://www.aicpa-cima.com/resources/download/2017-trust-services-criteria-with-revised-points-of-focus-2022",
  description:
    "The criteria by their published numbers, in words of our own. Most are about the organisation and are met by hand; the controls named show only what a cluster can contribute, and an auditor decides.",
  requirements: [
    ...organisation,
    {
      id: "CC6.1",
      title: "Access to systems and data is limited to those it is meant for",
      controls: [
        ...adminBindings,
        ...everybody,
        ...secretsAccess,
        ...wildcards,
        "api-server-rbac",
        "encryption-at-rest",
      ],
    },
    {
      id: "CC6.2",
      title: "Logins are given on approval and taken back",
      controls: [
        "account-token-secret",
        "api-server-token-auth-file",
        "binding-missing-account",
        "system-masters-binding",
      ],
    },
    {
      id: "CC6.3",
      title: "Permissions follow roles, least privilege and the separation of duties",
      controls: [
        "default-account-binding",
        "impersonate",
        "namespace-accounts-impersonate",
        "namespace-roles-escalate",
        "role-bindings-write",
        "roles-bind",
        "roles-escalate",
        "workloads-write",
      ],
    },
    {
      id: "CC6.4",
      title: "Access to buildings and machines is limited",
      controls: [],
      manual:
        "A cluster shows nothing of buildings. On a cloud, the provider's own report covers this; else the register of who may enter the data centre.",
    },
    {
      id: "CC6.5",
      title: "Machines and media are wiped before they leave",
      controls: [],
      manual:
        "What becomes of disks is not seen from a cluster. The provider's report, or the certificates of destruction, are the evidence.",
    },
    {
      id: "CC6.6",
      title: "What comes from outside meets a border",
      controls: [...exposures, ...networkPolicies, "anonymous-binding", "public-address"],
    },
    {
      id: "CC6.7",
      title: "Data on its way is guarded",
      controls: [...transport, ...credentials, "api-server-etcd-plain", "api-server-tls-certificate"],
    },
    {
      id: "CC6.8",
      title: "Software that nobody approved is kept out and noticed",
      controls: [
        "image-digest",
        "image-signature-policy",
        "image-tag",
        "policy-control",
        "runtime-sensor",
        "writable-root-filesystem",
      ],
    },
    {
      id: "CC7.1",
      title: "Weaknesses and changes of configuration are looked for",
      controls: [...maintained, "exploited-vulnerability", "loaded-vulnerabilities"],
    },
    { id: "CC7.2", title: "Unusual activity is watched for", controls: [...auditLog, "runtime-sensor"] },
    {
      id: "CC7.3",
      title: "Events are judged for whether they are incidents",
      controls: [],
      manual:
        "Who judges alarms, and by which measure, is not written in the cluster. Evidence is the record of judged alarms with their outcome.",
    },
    {
      id: "CC7.4",
      title: "Incidents are answered by a plan",
      controls: [],
      manual:
        "A plan and its practice are of people. Evidence is the plan, the last exercise, and the record of real incidents.",
    },
    {
      id: "CC7.5",
      title: "After an incident the system is restored",
      controls: [],
      manual:
        "Whether backups can be restored shows only by restoring one. Evidence is the record of the last trial, with the time it took.",
    },
    {
      id: "CC8.1",
      title: "Changes are approved, tested and recorded",
      controls: [],
      manual:
        "How a change came about is written in the repository and its reviews. Evidence is a sample of changes with their approval, beside the audit log's writers: there should be none but the deployer.",
    },
    {
      id: "CC9.1",
      title: "Disruptions of business are prepared for",
      controls: [],
      manual:
        "Which disruptions matter is a decision of the business. Evidence is the register of risks with what is done about each.",
    },
    {
      id: "CC9.2",
      title: "Suppliers are judged and watched",
      controls: [],
      manual:
        "Contracts with suppliers are not in the cluster. Evidence is the list of suppliers with the last judgement of each; the registries that images come from belong on it.",
    },
    {
      id: "A1.1",
      title: "Capacity is watched and managed",
      controls: [...limits, "missing-cpu-request", "missing-memory-request"],
    },
    {
      id: "A1.2",
      title: "The environment, backups and recovery are guarded",
      controls: ["missing-disruption-budget", "replicas-on-one-node", "single-replica"],
    },
    {
      id: "A1.3",
      title: "Recovery is tried out",
      controls: [],
      manual: "Whether recovery works shows only when it is done. Evidence is the record of the last trial.",
    },
    {
      id: "C1.1",
      title: "Confidential data is known and guarded",
      controls: [...credentials, ...secretsAccess, "encryption-at-rest", "volume-encryption"],
    },
    {
      id: "C1.2",
      title: "Confidential data is disposed of in time",
      controls: [],
      manual:
        "How long data is kept is decided outside the cluster. Evidence is the schedule and the record of deletions, volumes and their snapshots included.",
    },
    ...privacy,
  ],
};
