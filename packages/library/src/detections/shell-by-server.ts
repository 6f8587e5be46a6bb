/** A web server or a database that starts a shell. */
import { defineDetection } from "@plimsoll/core";

export const shellByServer = defineDetection({
  id: "shell-by-server",
  title: "A server started a shell",
  severity: "high",
  why: "Web servers and databases have no use for a shell: it is what an injected command or a web shell runs in.",
  techniques: ["T1059.004", "T1505.003", "T1190"],
  equivalents: [
    "falco: Run shell untrusted",
    "falco: DB program spawned process",
    "falco: Web Server Spawned Shell",
  ],
  closedBy: ["writable-root-filesystem"],
  kinds: ["exec"],
  when: "name in ['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'fish', 'csh', 'tcsh'] && has(detail.parents) && size(detail.parents) > 0 && !learned && detail.parents[0].matches('/(nginx|apache2|httpd|caddy|lighttpd|php-fpm[0-9.]*|php-cgi|uwsgi|gunicorn|tomcat|java|mysqld|mariadbd|postgres|mongod|redis-server|memcached|named|envoy|haproxy|squid|vsftpd|smbd)$')",
  examples: {
    present: [
      {
        shows: ["falco: Run shell untrusted"],
        detail: {
          kind: "exec",
          path: "/usr/bin/dash",
          args: ["sh", "-c", "id"],
          parents: ["/usr/sbin/nginx"],
        },
        settled: true,
      },
      {
        detail: { kind: "exec", path: "/bin/bash", args: ["bash", "-i"], parents: ["/usr/bin/redis-server"] },
        settled: true,
      },
    ],
    absent: [
      {
        detail: { kind: "exec", path: "/usr/bin/dash", args: ["sh", "-c", "id"], parents: ["/usr/bin/make"] },
        settled: true,
      },
      {
        detail: {
          kind: "exec",
          path: "/usr/bin/dash",
          args: ["sh", "-c", "id"],
          parents: ["/usr/sbin/nginx"],
        },
        earlier: [
          { kind: "exec", path: "/usr/bin/dash", args: ["sh", "-c", "id"], parents: ["/usr/sbin/nginx"] },
        ],
        settled: true,
      },
      {
        detail: { kind: "exec", path: "/usr/bin/convert", args: ["convert"], parents: ["/usr/sbin/nginx"] },
        settled: true,
      },
    ],
  },
});
