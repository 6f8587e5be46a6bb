/** A raw or packet socket. */
import { defineDetection } from "@plimsoll/core";

export const packetSocket = defineDetection({
  id: "packet-socket",
  title: "A raw socket was opened",
  severity: "medium",
  why: "With one a container reads its neighbours' packets and forges its own: the way to poison ARP and to answer DNS in another's name.",
  techniques: ["T1557.002", "T1040"],
  equivalents: ["falco: Packet socket created in container"],
  closedBy: ["capabilities-kept"],
  kinds: ["capability"],
  when: "detail.name == 'NET_RAW' && detail.granted && has(detail.syscall) && detail.syscall == 'socket' && !learned",
  examples: {
    present: [
      {
        shows: ["falco: Packet socket created in container"],
        detail: {
          kind: "capability",
          name: "NET_RAW",
          syscall: "socket",
          granted: true,
          opportunistic: false,
        },
        settled: true,
      },
    ],
    absent: [
      {
        detail: {
          kind: "capability",
          name: "NET_RAW",
          syscall: "socket",
          granted: false,
          opportunistic: false,
        },
        settled: true,
      },
      {
        detail: {
          kind: "capability",
          name: "NET_RAW",
          syscall: "socket",
          granted: true,
          opportunistic: false,
        },
        earlier: [
          { kind: "capability", name: "NET_RAW", syscall: "socket", granted: true, opportunistic: false },
        ],
        settled: true,
      },
      {
        detail: {
          kind: "capability",
          name: "NET_BIND_SERVICE",
          syscall: "bind",
          granted: true,
          opportunistic: false,
        },
        settled: true,
      },
    ],
  },
});
