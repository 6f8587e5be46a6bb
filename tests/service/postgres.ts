/** A PostgreSQL server of its own, on 127.0.0.1, from the programs that are installed. */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, existsSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../watch/controlplane.ts";

export interface Postgres {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const programs = folderOfPrograms();
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-postgres-"));
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  const as = process.getuid?.() === 0 ? nobody() : undefined;
  if (as !== undefined) for (const path of [folder, data]) chownSync(path, as.uid, as.gid);
  const options = { cwd: folder, stdio: "ignore", ...as } as const;
  execFileSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "plimsoll", "-A", "trust", "--no-sync", "-E", "UTF8"],
    options,
  );
  const port = await freePort();
  const child = spawn(
    join(programs, "postgres"),
    ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", folder, "-c", "max_connections=40"],
    options,
  );
  const isReady = (): boolean => {
    try {
      execFileSync(join(programs, "pg_isready"), ["-h", "127.0.0.1", "-p", String(port)], {
        stdio: "ignore",
      });
      return true;
    } catch {
      return false; // it has not begun yet
    }
  };
  await until("PostgreSQL", isReady, 60);
  return {
    url: `postgresql://plimsoll@127.0.0.1:${port}/postgres`,
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGINT");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function folderOfPrograms(): string {
  const root = "/usr/lib/postgresql";
  const found = existsSync(root) ? readdirSync(root).map((version) => join(root, version, "bin")) : [];
  const folder = found.find((path) => existsSync(join(path, "postgres")));
  if (folder === undefined) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  return folder;
}

/** It refuses to run as root. */
function nobody(): { readonly uid: number; readonly gid: number } {
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"]).toString());
  return { uid: id("-u"), gid: id("-g") };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
