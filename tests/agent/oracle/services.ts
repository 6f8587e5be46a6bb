/** The services that oracle and agent look at: how each is started, and what is asked of it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export interface Service {
  readonly id: string;
  readonly port: number;
  /** The program and its arguments; `folder` is the service's own. */
  readonly command: (folder: string) => readonly string[];
  readonly environment?: (folder: string) => Readonly<Record<string, string>>;
  /** What its users do once it listens; each path is asked for over HTTP. */
  readonly asked: readonly string[];
  /** Sent as it is, where it speaks no HTTP. */
  readonly says?: string;
}

/** Debian's packages, unpacked by `test.sh`. */
const debian = process.env["PLIMSOLL_DEBIAN"] ?? "";
const libraries = (): Readonly<Record<string, string>> => ({
  LD_LIBRARY_PATH: `${debian}/usr/lib/x86_64-linux-gnu:${debian}/lib/x86_64-linux-gnu`,
});

const nginx = (folder: string, listens: string): string => `user nobody nogroup;
daemon off; worker_processes 2; pid ${folder}/pid; error_log ${folder}/errors;
events {}
http { access_log ${folder}/access; client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
  uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
  server { listen ${listens}:18401; root ${folder}/pages; location /back { proxy_pass http://127.0.0.1:18401/index.html; } } }
`;

const python = (listens: string): string => `
import http.server, json, os, sqlite3, subprocess, urllib.request, xml.dom.minidom
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/decimal': import decimal, csv, zipfile
        if self.path == '/run': subprocess.run(['/bin/cat', '/etc/hostname'], capture_output=True)
        if self.path == '/write': open('note', 'w').write('x'); os.rename('note', 'kept')
        if self.path == '/self': urllib.request.urlopen('http://127.0.0.1:18403/other', timeout=5).read()
        body = json.dumps({'path': self.path}).encode()
        self.send_response(200); self.end_headers(); self.wfile.write(body)
http.server.ThreadingHTTPServer(('${listens}', 18403), Handler).serve_forever()
`;

const node = (listens: string): string => `
import { createServer, get } from "node:http";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import * as yaml from "js-yaml";
const server = createServer(async (request, response) => {
  if (request.url === "/late") { const { default: Ajv } = await import("ajv"); new Ajv().compile({ type: "object" }); }
  if (request.url === "/self") await new Promise((done) => get("http://127.0.0.1:18404/other", (answer) => answer.resume().on("end", done)));
  if (request.url === "/run") await new Promise((done) => execFile("/bin/cat", ["/etc/hostname"], done));
  response.end(yaml.dump({ url: request.url, host: await readFile("/etc/hostname", "utf8") }));
});
process.on("SIGTERM", () => process.exit(0));
server.listen(18404, "${listens}");
`;

const go = (listens: string): string => `package main
import ("fmt"; "io"; "net/http"; "os"; "os/exec")
func main() {
  http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
    switch r.URL.Path {
    case "/self": if a, e := http.Get("http://127.0.0.1:18405/other"); e == nil { io.Copy(io.Discard, a.Body); a.Body.Close() }
    case "/run": exec.Command("/bin/cat", "/etc/hostname").Run()
    case "/write": os.WriteFile("note", []byte("x"), 0o600)
    }
    host, _ := os.ReadFile("/etc/hostname")
    fmt.Fprintln(w, r.URL.Path, string(host))
  })
  http.ListenAndServe("${listens}:18405", nil)
}
`;

const java = (listens: string): string => `
import com.sun.net.httpserver.HttpServer;
import java.net.*; import java.nio.file.*;
public class Server {
  public static void main(String[] words) throws Exception {
    var server = HttpServer.create(new InetSocketAddress("${listens}", 18406), 0);
    server.createContext("/", exchange -> {
      var path = exchange.getRequestURI().getPath();
      if (path.equals("/self")) try { java.net.http.HttpClient.newHttpClient().send(
        java.net.http.HttpRequest.newBuilder(URI.create("http://127.0.0.1:18406/other")).build(),
        java.net.http.HttpResponse.BodyHandlers.ofString()); } catch (InterruptedException e) { }
      if (path.equals("/run")) try { new ProcessBuilder("/bin/cat", "/etc/hostname").start().waitFor(); } catch (InterruptedException e) { }
      var body = Files.readAllBytes(Path.of("/etc/hostname"));
      exchange.sendResponseHeaders(200, body.length); exchange.getResponseBody().write(body); exchange.close();
    });
    server.setExecutor(java.util.concurrent.Executors.newFixedThreadPool(4));
    server.start();
  }
}
`;

export const services: readonly Service[] = [
  {
    id: "nginx",
    port: 18401,
    command: (folder) => [`${debian}/usr/sbin/nginx`, "-p", folder, "-c", `${folder}/nginx.conf`],
    environment: libraries,
    asked: ["/index.html", "/back", "/missing", "/deep/page.html"],
  },
  {
    id: "redis",
    port: 18402,
    command: (folder) => [
      `${debian}/usr/bin/redis-server`,
      ...`--port 18402 --bind 127.0.0.1 --dir ${folder} --appendonly yes --daemonize no`.split(" "),
    ],
    environment: libraries,
    asked: [],
    says: "SET a 1\r\nGET a\r\nSAVE\r\nBGREWRITEAOF\r\nQUIT\r\n",
  },
  {
    id: "python",
    port: 18403,
    command: (folder) => ["/usr/bin/python3", join(folder, "server.py")],
    asked: ["/", "/decimal", "/run", "/write", "/self"],
  },
  {
    id: "node",
    port: 18404,
    command: (folder) => [process.execPath, join(folder, "server.mjs")],
    environment: (folder) => ({ NODE_V8_COVERAGE: join(folder, "coverage") }),
    asked: ["/", "/late", "/run", "/self"],
  },
  {
    id: "go",
    port: 18405,
    command: (folder) => [join(folder, "server")],
    asked: ["/", "/run", "/write", "/self"],
  },
  {
    id: "java",
    port: 18406,
    command: (folder) => ["/usr/bin/java", "-XX:+UseSerialGC", "-cp", folder, "Server"],
    asked: ["/", "/run", "/self"],
  },
];

interface Placed {
  /** Where it will find its files; default: where they are written. */
  readonly home?: string;
  /** Default: the loopback alone. */
  readonly listens?: string;
  /** Where Node finds packages: the project's, or beside the script. */
  readonly modules?: "the project's" | "its own";
}

/** The files that the services are made of, compiled where they have to be. */
export function write(
  folder: string,
  id: string,
  { home = folder, listens = "127.0.0.1", modules = "the project's" }: Placed = {},
): void {
  mkdirSync(join(folder, "pages/deep"), { recursive: true });
  writeFileSync(join(folder, "pages/index.html"), "hello");
  writeFileSync(join(folder, "pages/deep/page.html"), "deep");
  const files: Readonly<Record<string, string>> = {
    nginx: nginx(home, listens),
    python: python(listens),
    node: modules === "its own" ? node(listens) : withModules(node(listens)),
    go: go(listens),
    java: java(listens),
  };
  const names: Readonly<Record<string, string>> = {
    nginx: "nginx.conf",
    python: "server.py",
    node: "server.mjs",
    go: "server.go",
    java: "Server.java",
  };
  if (names[id] !== undefined) writeFileSync(join(folder, names[id]), files[id]!);
  if (id === "go")
    execFileSync("go", ["build", "-o", "server", "server.go"], {
      cwd: folder,
      env: { ...process.env, GO111MODULE: "off", CGO_ENABLED: "0" },
    });
  if (id === "java") execFileSync("javac", ["-d", folder, join(folder, "Server.java")]);
}

/** From where the project's own packages are found. */
function withModules(script: string): string {
  return script.replaceAll(/from "(js-yaml)"|import\("(ajv)"\)/g, (all, one?: string, two?: string) =>
    all.replace(/"[^"]+"/, JSON.stringify(moduleOf((one ?? two)!))),
  );
}

function moduleOf(name: string): string {
  return resolve(new URL(import.meta.resolve(name)).pathname);
}

/** Waits until it listens; not once it is over. */
export async function listening(
  { id, port }: Pick<Service, "id" | "port">,
  seconds = 60,
  isOver = (): boolean => false,
  host = "127.0.0.1",
): Promise<void> {
  for (let left = seconds * 10; left > 0 && !isOver(); left -= 1) {
    if ((await said(port, "", 500, host)) !== undefined) return;
    await wait(100);
  }
  throw new Error(`${id} does not listen on ${port} after ${seconds} s`);
}

/** What comes back, once the other side ends; undefined where nobody listens. */
export function said(
  port: number,
  words: string,
  patience = 10_000,
  host = "127.0.0.1",
): Promise<string | undefined> {
  return new Promise((done) => {
    let answer = "";
    const connection = createConnection(port, host, () => {
      if (words === "") connection.end();
      else connection.write(words);
    });
    connection.setTimeout(patience, () => connection.destroy());
    connection.on("data", (chunk) => (answer += chunk.toString()));
    connection.on("error", () => done(undefined));
    connection.on("close", () => done(answer));
  });
}
