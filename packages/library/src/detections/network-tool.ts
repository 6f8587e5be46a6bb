/** A network scanner, sniffer or tunnel. */
import { defineDetection } from "@plimsoll/core";

export const networkTool = defineDetection({
  id: "network-tool",
  title: "A tool to look around in networks was started",
  severity: "medium",
  why: "Scanners and sniffers are no part of an application.",
  techniques: ["T1046", "T1040"],
  equivalents: ["falco: Launch Suspicious Network Tool in Container"],
  closedBy: ["default-deny-egress"],
  kinds: ["exec"],
  when: "name in ['nmap', 'masscan', 'zmap', 'rustscan', 'tcpdump', 'tshark', 'dumpcap', 'ettercap', 'arpspoof', 'dsniff', 'responder', 'hping3', 'naabu', 'fscan', 'chisel', 'ligolo', 'frpc', 'ngrok', 'proxychains', 'proxychains4'] && !learned",
  examples: {
    present: [
      { detail: { kind: "exec", path: "/usr/bin/nmap", args: ["nmap", "10.0.0.0/8"] }, settled: true },
    ],
    absent: [
      { detail: { kind: "exec", path: "/usr/bin/curl", args: ["curl"] }, settled: true },
      {
        detail: { kind: "exec", path: "/usr/bin/tcpdump", args: ["tcpdump"] },
        earlier: [{ kind: "exec", path: "/usr/bin/tcpdump", args: ["tcpdump"] }],
        settled: true,
      },
    ],
  },
});
