/** A known miner, or the arguments of one. */
import { defineDetection } from "@plimsoll/core";

export const cryptoMiner = defineDetection({
  id: "crypto-miner",
  title: "A miner of crypto-currency runs",
  severity: "critical",
  why: "Somebody else spends your processors: the most common end of a break-in, and proof that there was one.",
  techniques: ["T1496"],
  equivalents: [
    "falco: Known Cryptominer Process Executed",
    "falco: Detect crypto miners using the Stratum protocol",
    "R1007",
  ],
  closedBy: ["default-deny-egress"],
  kinds: ["exec"],
  when: "name.matches('(?i)^(xmrig|xmr-stak|minerd|cpuminer|ethminer|nbminer|t-rex|lolminer|phoenixminer|gminer|teamredminer|ccminer|cgminer|bfgminer|claymore|kinsing|kdevtmpfsi|nanominer|srbminer-multi|wildrig-multi|xmrigdaemon|xmrigminer)$') || line.matches('(?i)(stratum\\\\+(tcp|ssl|udp)://|stratum2?\\\\+tcp|--donate-level|--coin[= ](monero|xmr)|randomx|cryptonight|--nicehash)')",
  examples: {
    present: [
      { shows: ["R1007"], detail: { kind: "exec", path: "/tmp/xmrig", args: ["xmrig"] } },
      {
        detail: {
          kind: "exec",
          path: "/usr/bin/app",
          args: ["app", "-o", "stratum+tcp://pool.example:3333", "-u", "wallet"],
        },
      },
      { detail: { kind: "exec", path: "/tmp/a", args: ["a", "--donate-level=1"] } },
    ],
    absent: [
      { detail: { kind: "exec", path: "/usr/bin/miner-report", args: ["miner-report"] } },
      { detail: { kind: "exec", path: "/usr/bin/curl", args: ["curl", "https://example.com/stratum"] } },
    ],
  },
});
