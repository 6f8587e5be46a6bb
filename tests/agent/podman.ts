/** Debian's Podman with a store of its own: what `plimsoll observe` asks for names is then a real runtime. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Podman {
  /** By which every `podman` finds this store. */
  readonly environment: Readonly<Record<string, string>>;
  /** Begins a container of busybox that runs the script; its id. */
  readonly start: (name: string, script: string, labels?: Readonly<Record<string, string>>) => string;
  readonly close: () => void;
}

const image = "plimsoll.test/busybox:1";
const applets = ["sh", "cat", "sleep"];

/** Neither a network of this machine nor a limit that only a mightier root may raise is asked for. */
const settings = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
netns = "none"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
`;

export function openPodman(): Podman {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-podman-"));
  const places = { CONTAINERS_CONF: join(folder, "conf"), CONTAINERS_STORAGE_CONF: join(folder, "storage") };
  const podman = (...given: readonly string[]): string =>
    execFileSync("podman", given, { encoding: "utf8", env: { ...process.env, ...places } }).trim();
  writeFileSync(places.CONTAINERS_CONF, settings);
  const store = `[storage]\ndriver = "vfs"\ngraphroot = "${folder}/store"\nrunroot = "${folder}/run"\n`;
  writeFileSync(places.CONTAINERS_STORAGE_CONF, store);
  podman("import", "--quiet", rootOf(folder), image);
  return {
    environment: places,
    start: (name, script, labels = {}) =>
      podman(
        "run",
        "--detach",
        `--name=${name}`,
        ...Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`),
        image,
        "/bin/sh",
        "-c",
        script,
      ),
    close: () => {
      podman("rm", "--all", "--force", "--time", "0");
      rmSync(folder, { recursive: true });
    },
  };
}

/** The archive of a root with Debian's busybox in it, as `test.sh` unpacked that. */
function rootOf(folder: string): string {
  const [root, archive] = [join(folder, "root"), join(folder, "root.tar")];
  for (const part of ["bin", "etc", "tmp"]) mkdirSync(join(root, part), { recursive: true });
  cpSync(join(process.env["PLIMSOLL_DEBIAN"]!, "bin/busybox"), join(root, "bin/busybox"));
  for (const applet of applets) symlinkSync("busybox", join(root, "bin", applet));
  execFileSync("tar", ["-C", root, "-cf", archive, "."]);
  return archive;
}
