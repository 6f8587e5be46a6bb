/** Which nodes run the control plane, by the labels that installers give them. */

const controlPlaneLabels: ReadonlySet<string> = new Set([
  "node-role.kubernetes.io/control-plane",
  "node-role.kubernetes.io/master",
  "node-role.kubernetes.io/controlplane",
]);

export function isControlPlane(labels: { readonly [key: string]: string } = {}): boolean {
  return Object.keys(labels).some((label) => controlPlaneLabels.has(label));
}
