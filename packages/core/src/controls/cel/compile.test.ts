/** What compiled expressions give, in small. */
import { expect, test } from "vitest";
import { CelError, compile } from "./compile.ts";

const container = {
  name: "web",
  image: "registry.example/web:latest",
  securityContext: { privileged: true, capabilities: { add: ["NET_ADMIN"] } },
  ports: [{ containerPort: 8080 }, { containerPort: 22, hostPort: 22 }],
};

const values: readonly (readonly [string, unknown])[] = [
  ["!container.?securityContext.?privileged.orValue(false)", false],
  ["has(container.securityContext) && has(container.securityContext.privileged)", true],
  ["container.securityContext.capabilities.add.all(c, c in ['NET_ADMIN'])", true],
  ["container.image.matches(':latest$') ? container.name : 'other'", "web"],
  ["container.ports.exists(p, p.?hostPort.orValue(0) != 0)", true],
  ["container.ports.filter(p, has(p.hostPort)).map(p, p.hostPort)", [22]],
  ["container.missing.deeper == 1 || true", true],
  ["container.?constructor.hasValue() || has(container.toString) || '__proto__' in container", false],
  ["{'a': 1}.transformMap(k, v, v + 1)['a']", 2],
];

test.each(values)("%s", (source, value) => {
  expect(compile(source, ["container"]).evaluate([container]).value).toEqual(value);
});

const refused = [
  "nope",
  "container.",
  "http.Get('x')",
  "size()",
  "container.all(a.b, true)",
  "has(container)",
  "1 +",
];

test.each(refused)("%s does not compile", (source) => {
  expect(() => compile(source, ["container"])).toThrow(CelError);
});
