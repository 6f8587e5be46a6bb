/** Data carried out in DNS questions: many long names below one domain. */
import { defineDetection, type Observation, type ObservationDetail } from "@plimsoll/core";

/** So many different names below one domain, of labels as long as this, are no names. */
const most = 20;
const long = 30;

export const dnsTunnel = defineDetection({
  id: "dns-tunnel",
  title: "Data leaves in DNS questions",
  severity: "high",
  why: "Names that are long, different each time and below one domain carry data to whoever owns the domain, past every filter of addresses.",
  techniques: ["T1071.004", "T1048.003"],
  equivalents: ["R0005"],
  closedBy: ["default-deny-egress"],
  kinds: ["dns"],
  over: (behaviours) => {
    const suspicious = behaviours.filter(({ detail }) => detail.kind === "dns" && isLong(detail.question));
    const domains = Map.groupBy(suspicious, domainOf);
    return [...domains.values()].filter((list) => list.length >= most);
  },
  examples: {
    present: [{ shows: ["R0005"], details: names(25, 40, "evil.example"), apart: 1 }],
    absent: [
      { details: names(25, 8, "example.com"), apart: 1 },
      { details: names(5, 40, "evil.example"), apart: 1 },
    ],
  },
});

function isLong(question: string): boolean {
  return question.split(".").some((label) => label.length >= long);
}

function domainOf({ detail }: Observation): string {
  return detail.kind === "dns" ? detail.question.split(".").slice(-2).join(".") : "";
}

function names(count: number, length: number, domain: string): readonly ObservationDetail[] {
  return Array.from({ length: count }, (_, at) => ({
    kind: "dns",
    question: `${String(at).padStart(length, "a")}.${domain}`,
    type: "TXT",
  }));
}
