/** Keys and credentials read by a workload that did not while it was learned. */
import { defineDetection } from "@plimsoll/core";

export const credentialFile = defineDetection({
  id: "credential-file",
  title: "A file with somebody's credentials was read",
  severity: "high",
  why: "Keys of SSH, of clouds and of registries lie in files that a workload either always reads or never.",
  techniques: ["T1552.001", "T1552.004"],
  equivalents: ["falco: Read ssh information", "falco: Find AWS Credentials"],
  closedBy: [],
  kinds: ["file"],
  when: "detail.operation == 'open' && settled && !learned && detail.path.matches('/(\\\\.ssh/(id_[a-z0-9]+|identity|config|known_hosts)|\\\\.aws/credentials|\\\\.config/gcloud/(credentials\\\\.db|application_default_credentials\\\\.json)|\\\\.azure/(accessTokens\\\\.json|msal_token_cache\\\\..*)|\\\\.docker/config\\\\.json|\\\\.kube/config|\\\\.git-credentials|\\\\.netrc|\\\\.npmrc|\\\\.pypirc|\\\\.vault-token)$')",
  examples: {
    present: [
      { detail: { kind: "file", operation: "open", path: "/root/.ssh/id_ed25519" }, settled: true },
      {
        shows: ["falco: Find AWS Credentials"],
        detail: { kind: "file", operation: "open", path: "/home/app/.aws/credentials" },
        settled: true,
      },
    ],
    absent: [
      { detail: { kind: "file", operation: "open", path: "/root/.ssh/id_ed25519" } },
      { detail: { kind: "file", operation: "open", path: "/home/app/.bashrc" }, settled: true },
    ],
  },
});
