/**
 * How our renderer of charts does beside helm's own: `node bench/helm.ts`. Processor time for one rendering, of a chart
 * that it makes itself, and the ratio. Helm is the program that `tests/helm-oracle/test.sh` has built, or PLIMSOLL_HELM_ORACLE.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { renderFolder } from "../packages/cluster/src/helm/attempt.ts";
import { templateLines } from "../packages/cluster/src/helm/lines.ts";

const templates = 60;
const rounds = 40;

const helpers = `{{- define "app.name" -}}{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}{{- end }}
{{- define "app.labels" -}}
app.kubernetes.io/name: {{ include "app.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}
`;

function deployment(index: number): string {
  return `{{- if .Values.part${index}.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "app.name" . }}-part${index}
  labels: {{- include "app.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.part${index}.replicas }}
  selector:
    matchLabels: {{- include "app.labels" . | nindent 6 }}
  template:
    metadata:
      annotations:
        checksum: {{ toYaml .Values.part${index} | sha256sum }}
      labels: {{- include "app.labels" . | nindent 8 }}
    spec:
      containers:
      {{- range $i, $name := .Values.part${index}.containers }}
        - name: {{ $name }}
          image: "{{ $.Values.registry }}/{{ $name }}:{{ $.Values.tag | default $.Chart.Version }}"
          env:
          {{- range $key, $value := $.Values.env }}
            - name: {{ $key | upper | quote }}
              value: {{ tpl (toString $value) $ | quote }}
          {{- end }}
          resources: {{- toYaml $.Values.resources | nindent 12 }}
          {{- if semverCompare ">=1.25-0" $.Capabilities.KubeVersion.Version }}
          securityContext: {{- toYaml $.Values.securityContext | nindent 12 }}
          {{- end }}
      {{- end }}
{{- end }}
`;
}

function makeChart(folder: string): void {
  const files: Record<string, string> = {
    "Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.2.3\n",
    "templates/_helpers.tpl": helpers,
  };
  let values = `registry: registry.example/team
commonLabels: {team: a, tier: back}
env: {mode: prod, host: "{{ .Release.Name }}.svc", level: 3}
resources: {limits: {cpu: 500m, memory: 128Mi}, requests: {cpu: 10m, memory: 64Mi}}
securityContext: {runAsNonRoot: true, capabilities: {drop: [ALL]}}
`;
  for (let index = 0; index < templates; index += 1) {
    files[`templates/part${index}.yaml`] = deployment(index);
    values += `part${index}: {enabled: true, replicas: ${index % 5}, containers: [a, b, c]}\n`;
  }
  files["values.yaml"] = values;
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Processor milliseconds of a child that is asked so many times for the chart. */
function helmTime(program: string, folder: string, times: number): number {
  const input = `${JSON.stringify({ chart: folder, release: "r" })}\n`.repeat(times);
  const { stdout } = spawnSync("bash", ["-c", '"$0" > /dev/null; times', program], {
    input,
    encoding: "utf8",
  });
  const [user = 0, system = 0] = (stdout.trim().split("\n").at(-1) ?? "").split(" ").map(seconds);
  return (user + system) * 1_000;
}

function seconds(text: string): number {
  const [, minutes = "0", rest = "0"] = /^([0-9]+)m([0-9.]+)s$/.exec(text) ?? [];
  return Number(minutes) * 60 + Number(rest);
}

async function oursTime(folder: string, times: number): Promise<number> {
  const before = process.cpuUsage();
  for (let round = 0; round < times; round += 1) {
    const attempt = await renderFolder(
      { folder, cwd: folder, takenAt: "2026-01-01T00:00:00Z" },
      { release: "r" },
    );
    if (!("chart" in attempt) || attempt.chart.files.length !== templates)
      throw new Error("the chart was not rendered");
    for (const { text, spans } of attempt.chart.files) templateLines(spans).at(text.length - 1);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const cache = process.env["PLIMSOLL_CACHE"] ?? join(homedir(), ".cache/plimsoll");
const program = process.env["PLIMSOLL_HELM_ORACLE"] ?? globSync(join(cache, "helm-*/helm-oracle")).at(-1);
const folder = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
try {
  makeChart(folder);
  const first = await oursTime(folder, 1);
  await oursTime(folder, 5);
  const ours = (await oursTime(folder, rounds)) / rounds;
  console.log(
    `a chart of ${templates} templates, ours: ${ours.toFixed(1)} ms of processor time, the first ${first.toFixed(0)} ms`,
  );
  if (program === undefined)
    console.log("helm: not built here (tests/helm-oracle/test.sh builds it), not compared");
  else {
    const start = helmTime(program, folder, 0);
    const helm = (helmTime(program, folder, rounds) - start) / rounds;
    console.log(
      `helm: ${helm.toFixed(1)} ms, and ${start.toFixed(0)} ms to start; ours takes ${(ours / helm).toFixed(2)} of helm's`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
