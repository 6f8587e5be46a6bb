/** `plimsoll serve`: watches a cluster for as long as it runs, keeps its history, and answers over HTTP. */
import { defineCommand, type Call } from "../command.ts";
import { endBy } from "../standing.ts";
import { version } from "../version.ts";

export const serveCommand = defineCommand({
  id: "serve",
  summary: "watch a cluster continuously, keep its history, and serve it",
  description:
    "Keeps findings, their history and past states in a store of its own, never in the cluster, which it only reads. The settings' file is taken anew whenever it changes.",
  arguments: [],
  options: [
    { flags: "--listen <address>", description: "where to listen (default: 127.0.0.1:8080; port 0: any)" },
    {
      flags: "--auth <mode>",
      description: "local: one-time link, loopback only (default); tokens: Kubernetes or OIDC tokens",
      values: ["local", "tokens"],
    },
    { flags: "--config <file>", description: "settings: exceptions, notifiers, egress, retention" },
    {
      flags: "--store <place>",
      description:
        "a file, or postgresql://… (default: a file in the user's state folder; password: $PLIMSOLL_STORE_PASSWORD)",
    },
    { flags: "--context <name>", description: "the kubeconfig context to watch (default: the current one)" },
    {
      flags: "--kubeconfig <file>",
      description: "the kubeconfig (default: $KUBECONFIG, ~/.kube/config, or the pod's account)",
    },
    { flags: "--namespace <name>", description: "only this namespace; may be repeated", repeat: true },
    { flags: "--cluster-name <name>", description: "what the cluster is called (default: the context)" },
    {
      flags: "--lease <namespace/name>",
      description: "several replicas: whoever holds this Lease writes; needs $POD_NAME",
    },
    { flags: "--host <name>", description: "a name that it is reached by; may be repeated", repeat: true },
    { flags: "--tls-cert <file>", description: "the certificate to serve with" },
    { flags: "--tls-key <file>", description: "its key" },
    {
      flags: "--own-tls <folder>",
      description: "make certificates for the names of --host, by an authority kept in this folder",
    },
    {
      flags: "--trust <namespace/name>",
      description: "publish that authority's certificate in this ConfigMap",
    },
    { flags: "--plain-http", description: "serve without TLS on an address that others reach" },
  ],
  examples: [
    { line: "plimsoll serve", means: "your current cluster, on 127.0.0.1, for you" },
    {
      line: "plimsoll serve --listen 127.0.0.1:0 --store ./posture.db",
      means: "any free port, a store of its own",
    },
    {
      line: "plimsoll serve --auth tokens --listen 0.0.0.0:8443 --tls-cert tls.crt --tls-key tls.key --config plimsoll.yaml",
      means: "for a team, each seeing what Kubernetes lets him see",
    },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const { serve, readOptions } = await import("@plimsoll/server");
  const { terminal } = call;
  const options = readOptions({ ...call, environment: terminal.environment, toolVersion: version });
  const ending = new AbortController();
  endBy(() => ending.abort());
  return serve(options, { note: terminal.note, logLine: terminal.note, signal: ending.signal });
}
