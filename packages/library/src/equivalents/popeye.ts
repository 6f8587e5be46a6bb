/** Popeye's codes: those about security, and the others told apart. */
import { ids, type Catalogue } from "./catalogue.ts";

export const popeye: Catalogue = {
  id: "popeye",
  title: "Popeye's codes",
  revision: "5d07838",
  needs: {
    manifests: ids(`
      100 101 102 103 104 106 107 113 206 208 300 301 302 303 304 305 306 307 507 308 403 405
      407 600 1100 1103 1104 1105 1106 1200 1201 1202 1204 1205 1208 1300 1401 1402
    `),
  },
  outside: [
    {
      because: "How much of what was asked for is in use, by the metrics of the hour.",
      ids: ids("109 110 111 112 503 504 505 506 602 603 604 605 709 710"),
    },
    {
      because: "What state pods, nodes, volumes and jobs are in just now.",
      ids: ids(`
      200 201 202 203 204 205 207 501 508 700 701 702 703 704 705 706 707 708 711 712 800 1000
      1001 1002 1003 1004 1109 1110 1120 1400 1500 1501 1502 1503 1600 1700 1701 1702 1703 1704
    `),
    },
    {
      because: "Style, unused objects, numbers that hang together, and Popeye's own messages.",
      ids: ids(`
      105 108 209 400 401 402 404 406 666 500 900 901 1101 1102 1107 1108 1203 1206 1207 1403
      1404 1601 1602 1603 1604
    `),
    },
  ],
  unmet: [
    {
      reason: "organisation",
      because:
        "Which registries are trusted is known to each organisation only; a control of one's own names them.",
      ids: ids("113"),
    },
    {
      reason: "blind",
      because: "Secrets are never asked for, so that whether one is missing cannot be told.",
      ids: ids("304 305"),
    },
  ],
};
