/** The pod that loads some packages of the image of all kinds and leaves the others alone. */

export const image = "plimsoll.test/kinds:1";

/** Each tells at its start what it loaded, as its runtime knows it, and stays. */
const python = `
import sys, zlib, six
from wheel import wheelfile
print("\\n".join(getattr(m, "__file__", None) or "" for m in list(sys.modules.values())), flush=True)
import time; time.sleep(1000000)`;
const zipped = `
import sys, glob
sys.path[:0] = glob.glob("/usr/share/python-wheels/setuptools-*.whl")
import pkg_resources.extern
print("\\n".join(path for path in sys.path if path.endswith(".whl")), flush=True)
import time; time.sleep(1000000)`;
const node = `
require("/srv/app/node_modules/yaml").parse("a: 1");
require("/srv/app/node_modules/cosmiconfig");
console.log(Object.keys(require.cache).join("\\n"));
setInterval(() => {}, 1000000);`;
const java = `
var used = Packages.org.apache.commons.lang3.StringUtils.capitalize("loaded");
print(used); java.lang.Thread.sleep(1000000000);`;
const classes = ["/usr/share/java/rhino.jar", "/srv/java/fat.jar", "/usr/share/java/commons-lang3.jar"];
const scripts = { python, zipped, node, java };
const starts = [
  'python3.11 -B -c "$python" &',
  'python3.11 -B -c "$zipped" &',
  'node -e "$node" &',
  `/usr/lib/jvm/java-17-openjdk-amd64/bin/java -Xmx64m -cp ${classes.join(":")} org.mozilla.javascript.tools.shell.Main -e "$java" &`,
  "/usr/local/bin/ping &",
  "/opt/line/bin/line &",
  "wait",
];

/** What the pod is made to load, and what it is made to leave alone: the witnesses must say so too. */
export const loaded = [
  "deb zlib1g",
  "deb python3-six",
  "deb python3-setuptools-whl",
  "deb openjdk-17-jre-headless",
  "deb libcommons-lang3-java",
  "deb busybox-static",
  "golang github.com/google/uuid",
  "golang stdlib",
  "maven org.apache.commons/commons-lang3",
  "npm yaml 2.",
  "npm cosmiconfig",
  "pypi wheel",
  "rpm line ",
];
export const alone = [
  "deb libuuid1",
  "deb libgoogle-gson-java",
  "deb python3-pip-whl",
  "golang rsc.io/quote",
  "golang golang.org/x/text",
  "maven org.slf4j/slf4j-api",
  "npm yaml 1.",
  "npm pure-rand",
  "pypi pip",
  "rpm line-spare",
];
/** Of these the image itself does not say which files are theirs, or nobody reads the kind. */
export const untold = ["deb libslf4j-java", "pypi six", "maven org.mozilla/rhino", "gem rack"];

export function isUntold(name: string): boolean {
  return untold.some((each) => name.startsWith(each));
}

export function podIn(namespace: string): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "app", namespace },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: "app",
          image,
          imagePullPolicy: "Never",
          command: ["/bin/sh", "-c", starts.join("\n")],
          env: Object.entries(scripts).map(([name, value]) => ({ name, value })),
        },
      ],
    },
  };
}
