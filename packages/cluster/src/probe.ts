/** What only asking tells: the settings each kubelet runs with, and whether the API server answers a caller without a name. */
import type { Gap, ResourceRecord } from "@plimsoll/core";
import type { Access } from "./access.ts";
import { admit } from "./admit.ts";
import { ApiError, openApi, type Api, type ApiTimes } from "./api.ts";
import { sanitised } from "./limit.ts";
import { isRawObject, type Raw } from "./raw.ts";

export interface Probed {
  readonly resources: readonly ResourceRecord[];
  readonly gaps: readonly Gap[];
}

/** Kubelets asked at most; the others are told as a gap. */
const mostNodes = 200;

/** Each node's `configz`, through the API server: it needs `get` on `nodes/proxy`, which is much to ask and never needed otherwise. */
export async function probeKubelets(api: Api, nodes: readonly string[]): Promise<Probed> {
  const resources: ResourceRecord[] = [];
  const gaps: Gap[] = [];
  for (const name of nodes.slice(0, mostNodes)) {
    try {
      const answer = await api.get(`/api/v1/nodes/${encodeURIComponent(name)}/proxy/configz`);
      const config = isRawObject(answer) ? answer["kubeletconfig"] : undefined;
      if (isRawObject(config)) {
        resources.push(
          ...taken({
            ...config,
            apiVersion: "kubelet.config.k8s.io/v1beta1",
            kind: "KubeletConfiguration",
            metadata: { name },
          }),
        );
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      gaps.push(
        gapOf(
          error.code,
          `the kubelet of ${sanitised(name, 80)} does not tell its settings: ${error.message}`,
          "let the account get nodes/proxy, for this scan alone",
        ),
      );
      if (error.status === 403) break; // it is the same for every node
    }
  }
  if (nodes.length > mostNodes)
    gaps.push(
      gapOf(
        "unsupported",
        `${nodes.length - mostNodes} of ${nodes.length} kubelets were not asked`,
        "the others are likely alike",
      ),
    );
  return { resources, gaps };
}

/** One request without credentials: 401 refuses it, 403 lets it in and allows nothing, 200 is open to everybody. */
export async function probeAnonymous(access: Access, times?: Partial<ApiTimes>): Promise<Probed> {
  const api = await openApi({ ...access, identify: () => Promise.resolve({}) }, { ...times, tries: 1 });
  const status = await statusOf(api);
  api.close();
  if (typeof status !== "number")
    return {
      resources: [],
      gaps: [
        gapOf(
          status.code,
          `the API server did not answer a caller without a name: ${status.message}`,
          "try again",
        ),
      ],
    };
  const record = {
    apiVersion: "plimsoll.dev/v1",
    kind: "AnonymousAccess",
    metadata: { name: "api-server" },
    status,
  };
  return { resources: taken(record), gaps: [] };
}

async function statusOf(api: Api): Promise<number | ApiError> {
  try {
    await api.get("/api/v1/namespaces?limit=1");
    return 200;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.status === 401 || error.status === 403 ? error.status : error;
  }
}

function taken(value: Raw): readonly ResourceRecord[] {
  const admission = admit(value, undefined, { source: { file: "cluster" }, wanted: true });
  return admission.outcome === "admitted" ? [admission.record] : [];
}

function gapOf(reason: Gap["reason"], message: string, remedy: string): Gap {
  return { reason, source: "cluster", message: sanitised(message, 300), kinds: [], remedy, blocking: false };
}
