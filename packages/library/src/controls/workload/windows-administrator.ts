import { defineControl } from "@plimsoll/core";

export const windowsAdministrator = defineControl({
  id: "windows-administrator",
  title: "Windows containers do not run as administrator",
  severity: "medium",
  why: "`ContainerAdministrator` may change everything in the container, its services and registry, and every file of the node it can reach through a mount. `ContainerUser` may not.",
  remediation:
    "Set `windowsOptions.runAsUserName: ContainerUser`. Programs that install services, write to `Program Files` or listen by way of http.sys need rights granted in the image's build first.",
  equivalents: [],
  reference: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/",
  target: "container",
  validate:
    "container.?securityContext.?windowsOptions.?runAsUserName.orValue(pod.spec.?securityContext.?windowsOptions.?runAsUserName.orValue('')).lowerAscii() != 'containeradministrator'",
  path: "securityContext.windowsOptions.runAsUserName",
  message: "The container runs as the Windows administrator",
  fix: [{ set: "securityContext.windowsOptions.runAsUserName", to: "ContainerUser" }],
  examples: {
    pass: [
      {
        container: { securityContext: { windowsOptions: { runAsUserName: "ContainerUser" } } },
        pod: { os: { name: "windows" } },
      },
      { container: {} },
    ],
    fail: [
      {
        container: { securityContext: { windowsOptions: { runAsUserName: "ContainerAdministrator" } } },
        pod: { os: { name: "windows" } },
      },
    ],
  },
});
