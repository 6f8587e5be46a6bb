/** A behaviour in one line for people; whoever shows it makes it harmless first. */
import type { ObservationDetail, Peer } from "../model/observation.ts";
import { unescaped } from "./collapse.ts";
import { textsOf } from "./variable.ts";

const fileWords: { readonly [operation: string]: string } = {
  open: "reads",
  write: "writes",
  create: "creates",
  unlink: "removes",
  rename: "renames",
  link: "links",
  symlink: "links",
  chmod: "changes the mode of",
  chown: "changes the owner of",
  mkdir: "makes the folder",
  bind: "binds the socket",
};

/** `reads /etc/passwd`, `connects to db:5432/TCP`; with patterns (`Behaviour.patterns`), of all that they stand for. */
export function detailText(detail: ObservationDetail, patterns?: readonly string[]): string {
  const texts = patterns?.map(unescaped) ?? textsOf(detail).texts.map(({ text }) => text);
  switch (detail.kind) {
    case "exec":
      return [detail.path, ...texts].join(" ");
    case "file":
      return [
        fileWords[detail.operation],
        texts[0],
        ...refusal(detail),
        ...(texts[1] ? ["→", texts[1]] : []),
      ].join(" ");
    case "library":
      return texts[0] ?? detail.path;
    case "connection":
      return connectionText(detail, texts[0]);
    case "dns":
      return detail.type === undefined ? detail.question : `${detail.question} (${detail.type})`;
    case "syscall":
      return detail.name;
    case "capability":
      return `${detail.name}${detail.granted ? "" : ", refused"}${detail.opportunistic ? ", without need" : ""}`;
    case "setuid":
      return `user ${detail.from} becomes ${detail.to}`;
    case "signal":
      return detail.target === undefined ? detail.name : `${detail.name} to ${detail.target}`;
    case "kernel":
      return detail.target === undefined ? detail.operation : `${detail.operation} ${detail.target}`;
    case "exit":
      return `${detail.path} ended with ${detail.code}${detail.outOfMemory === true ? ", out of memory" : ""}`;
    case "api-request":
      return requestText(detail, texts);
  }
}

function refusal({ refused }: { readonly refused?: true }): readonly string[] {
  return refused === true ? ["(refused)"] : [];
}

function connectionText(
  detail: Extract<ObservationDetail, { kind: "connection" }>,
  stranger: string | undefined,
): string {
  const { operation, port, protocol } = detail;
  if (operation === "listen") return `listens on ${port}/${protocol}`;
  const who = stranger ?? peerText(detail.peer);
  const what =
    operation === "connect"
      ? `connects to ${who}:${port}/${protocol}`
      : `accepts on ${port}/${protocol} from ${who}`;
  return [what, ...refusal(detail)].join(" ");
}

function peerText(peer: Peer | undefined): string {
  if (peer === undefined) return "an unknown end";
  const { workload, service, dnsName, address, namespace } = peer;
  const name = workload ?? (service === undefined ? undefined : `Service/${service}`);
  if (name !== undefined) return namespace === undefined ? name : `${namespace}/${name}`;
  return dnsName ?? address ?? (namespace === undefined ? "an unknown end" : `pods of ${namespace}`);
}

function requestText(
  {
    verb,
    group,
    resource,
    subresource,
    namespace,
    allowed,
  }: Extract<ObservationDetail, { kind: "api-request" }>,
  [name = "", path = ""]: readonly string[],
): string {
  const what =
    resource === ""
      ? path
      : [
          `${resource}${group === "" ? "" : `.${group}`}${subresource === undefined ? "" : `/${subresource}`}`,
          ...(name === "" ? [] : [name]),
          ...(namespace === "" ? [] : [`in ${namespace}`]),
        ].join(" ");
  return `${verb} ${what}${allowed ? "" : " (refused)"}`;
}
