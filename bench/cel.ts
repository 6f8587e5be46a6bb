/** How many CEL checks run in a second of processor time, one after the other: `node bench/cel.ts`. Each runs over 64 unlike containers. */
import { compile } from "../packages/core/src/controls/cel/compile.ts";

interface Check {
  readonly title: string;
  readonly source: string;
}

const checks: readonly Check[] = [
  { title: "optional chain", source: "!container.?securityContext.?privileged.orValue(false)" },
  {
    title: "has and read",
    source:
      "!has(container.securityContext) || !has(container.securityContext.privileged) || !container.securityContext.privileged",
  },
  {
    title: "has, compare",
    source:
      "has(container.securityContext) && has(container.securityContext.runAsUser) && container.securityContext.runAsUser > 0",
  },
  {
    title: "all in a set",
    source:
      "container.?securityContext.?capabilities.?add.orValue([]).all(c, c in ['NET_BIND_SERVICE', 'CHOWN'])",
  },
  {
    title: "exists ==",
    source: "container.?securityContext.?capabilities.?drop.orValue([]).exists(c, c == 'ALL')",
  },
  {
    title: "image pattern",
    source: "container.image.matches('^[^:]+:[^:]+$') && !container.image.endsWith(':latest')",
  },
  { title: "error absorbed", source: "container.securityContext.capabilities.add == [] || true" },
  {
    title: "all containers",
    source: "pod.spec.containers.all(c, !c.?securityContext.?privileged.orValue(false))",
  },
  {
    title: "env exists",
    source: "container.?env.orValue([]).exists(e, e.name.contains('TOKEN') && has(e.value))",
  },
];

/** Containers as they are found: some fields set, in varying order. */
function container(i: number): Record<string, unknown> {
  const context: Record<string, unknown> = {};
  if (i % 2 === 0) context["runAsNonRoot"] = true;
  if (i % 3 === 0) context["privileged"] = i % 9 === 0;
  if (i % 4 === 0) context["runAsUser"] = 1000 + i;
  if (i % 5 !== 0)
    context["capabilities"] = { drop: ["ALL"], ...(i % 2 === 0 ? { add: ["NET_BIND_SERVICE"] } : {}) };
  const ports = [{ containerPort: 8080, protocol: "TCP" }];
  const env = Array.from({ length: i % 6 }, (_, k) => ({ name: `SETTING_${k}`, value: `value ${k}` }));
  return {
    name: `container-${i}`,
    image: `registry.example/team/app-${i}:${i % 7 === 0 ? "latest" : `1.${i}.0`}`,
    ...(i % 3 === 1 ? { ports } : {}),
    ...(i % 4 === 3 ? {} : { securityContext: context }),
    ...(i % 2 === 1 ? { env } : {}),
    resources: { limits: { cpu: "500m", memory: "128Mi" } },
  };
}

const containers = Array.from({ length: 64 }, (_, i) => JSON.parse(JSON.stringify(container(i))) as unknown);
const pod = { metadata: { name: "web" }, spec: { containers: containers.slice(0, 3) } };
const frames = containers.map((entry) => [pod, entry]);

for (const { title, source } of checks) {
  const { test } = compile(source, ["pod", "container"]);
  const run = (rounds: number): number => {
    let passed = 0;
    for (let round = 0; round < rounds; round++)
      for (const frame of frames) if (test(frame) === true) passed++;
    return passed;
  };
  run(20_000);
  const start = process.cpuUsage().user;
  run(50_000);
  const perSecond = (50_000 * frames.length * 1e6) / (process.cpuUsage().user - start);
  console.log(`${title.padEnd(16)}${(perSecond / 1e6).toFixed(1).padStart(8)} M/s   ${source}`);
}
