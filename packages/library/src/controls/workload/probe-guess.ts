/** First guesses at probes: what can be asked of a container by what its manifest says of it. */

const tcpPorts = "container.?ports.orValue([]).filter(port, port.?protocol.orValue('TCP') == 'TCP')";

/** CEL: the port that the container says it serves on, by its other probe or its first TCP port; else no value. */
export function servedPort(otherProbe: string): string {
  const probed = `container.?${otherProbe}.?httpGet.?port.or(container.?${otherProbe}.?tcpSocket.?port)`;
  return `${probed}.or(${tcpPorts}.size() > 0 ? optional.of(dyn(${tcpPorts}[0].containerPort)) : optional.none())`;
}

/** CEL: the question that another probe of the container asks, without its timing; else a connection to its port. */
export function sameQuestion(otherProbe: string): string {
  const entries = ["exec", "grpc", "httpGet", "tcpSocket"].map(
    (kind) => `?'${kind}': container.${otherProbe}.?${kind}`,
  );
  const connection = `${servedPort(otherProbe)}.optMap(port, dyn({'tcpSocket': {'port': port}}))`;
  return `has(container.${otherProbe}) ? optional.of(dyn({${entries.join(", ")}})) : ${connection}`;
}
