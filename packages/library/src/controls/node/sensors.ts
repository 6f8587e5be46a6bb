/** Runtime sensors by the images they run from, the last parts of the name. */
export const sensorImages: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/(^|\/)falcosecurity\/falco(-no-driver)?$|(^|\/)falco$/, "Falco"],
  [/(^|\/)cilium\/tetragon$|(^|\/)tetragon$/, "Tetragon"],
  [/(^|\/)kubearmor\/kubearmor(-ubi)?$/, "KubeArmor"],
  [/(^|\/)(kubescape|armosec)\/node-agent$/, "Kubescape node agent"],
  [/(^|\/)aquasec\/tracee$|(^|\/)tracee$/, "Tracee"],
  [/(^|\/)neuvector\/enforcer$/, "NeuVector"],
  [/(^|\/)(stackrox-io|rh-acs|advanced-cluster-security)\/[\w-]*collector[\w-]*$/, "StackRox collector"],
  [/(^|\/)sysdig\/(agent|agent-slim|host-shield)$/, "Sysdig"],
  [/(^|\/)falcon-sensor(\/.*)?$/, "CrowdStrike Falcon"],
  [/(^|\/)twistlock\/defender(.*)$|(^|\/)defender(_[\d_]+)?$/, "Prisma Cloud"],
  [/(^|\/)(aquasec\/)?enforcer$/, "Aqua"],
  [/(^|\/)(microsoft-defender|azuredefender)[\w/-]*$/, "Microsoft Defender"],
  [/(^|\/)(guardduty\/agent|eks\/guardduty|aws-guardduty-agent)$/, "Amazon GuardDuty"],
  [/(^|\/)(wiz-sensor|wizsensor\/sensor|wiziopublic[\w.]*\/sensor)$/, "Wiz"],
  [/(^|\/)lacework\/datacollector$|(^|\/)datacollector$/, "Lacework"],
  [/(^|\/)cwpp_agent\/s1agent$|(^|\/)s1agent$/, "SentinelOne"],
  [/(^|\/)kguardian[\w/-]*$/, "kguardian"],
  [/(^|\/)plimsoll[\w/-]*agent$/, "Plimsoll agent"],
];

/** The sensor an image is, by its name without tag and digest. */
export function sensorOf(image: string): string | undefined {
  const name = image.replace(/@.*$/, "").replace(/:[^/]*$/, "");
  return sensorImages.find(([pattern]) => pattern.test(name))?.[1];
}
