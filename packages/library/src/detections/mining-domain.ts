/** A DNS question for a mining pool. */
import { defineDetection } from "@plimsoll/core";

export const miningDomain = defineDetection({
  id: "mining-domain",
  title: "A name of a mining pool was asked for",
  severity: "critical",
  why: "Only miners ask for the pools they work for.",
  techniques: ["T1496", "T1071.004"],
  equivalents: ["R1008"],
  closedBy: ["default-deny-egress"],
  kinds: ["dns"],
  when: "detail.question.matches('(?i)(^|\\\\.)(minexmr\\\\.com|supportxmr\\\\.com|nanopool\\\\.org|ethermine\\\\.org|f2pool\\\\.com|2miners\\\\.com|moneroocean\\\\.stream|hashvault\\\\.pro|xmrpool\\\\.eu|nicehash\\\\.com|unmineable\\\\.com|c3pool\\\\.(com|org)|herominers\\\\.com|minergate\\\\.com|prohashing\\\\.com|dwarfpool\\\\.com|flypool\\\\.org|antpool\\\\.com|viabtc\\\\.com|poolin\\\\.com|slushpool\\\\.com|braiins\\\\.com|luckpool\\\\.net|zpool\\\\.ca|crypto-pool\\\\.fr|xmr\\\\.pt|monerohash\\\\.com|skypool\\\\.org|woolypooly\\\\.com|kryptex\\\\.network)$')",
  examples: {
    present: [
      { shows: ["R1008"], detail: { kind: "dns", question: "pool.supportxmr.com", type: "A" } },
      { detail: { kind: "dns", question: "xmr-eu1.nanopool.org", type: "A" } },
    ],
    absent: [
      { detail: { kind: "dns", question: "example.com", type: "A" } },
      { detail: { kind: "dns", question: "notnanopool.org.example.com", type: "A" } },
    ],
  },
});
