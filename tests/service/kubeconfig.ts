/** The kubeconfig by which a service under test reads a control plane. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { adminToken, type ControlPlane } from "../watch/controlplane.ts";

/** Writes one for a token, the administrator's where none is given, for nobody else to read; its path. */
export function writeKubeconfig({ folder, ports }: ControlPlane, token = adminToken): string {
  const path = join(folder, `kubeconfig-${token}.json`);
  const cluster = { server: `https://127.0.0.1:${ports[0]}`, "insecure-skip-tls-verify": true };
  const config = {
    "current-context": "real",
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user: { token } }],
    contexts: [{ name: "real", context: { cluster: "c", user: "u" } }],
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}
