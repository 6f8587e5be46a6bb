/** Criteria of SOC 2 about the organisation, its processing and privacy: a cluster shows nothing of them. */
import type { Requirement } from "@plimsoll/core";
import type { ControlId } from "../controls/index.ts";

type Row = readonly [id: string, title: string, evidence: string];

function byHand([id, title, evidence]: Row): Requirement<ControlId> {
  return { id, title, controls: [], manual: `Nothing in a cluster shows this. Evidence: ${evidence}.` };
}

export const organisation: readonly Requirement<ControlId>[] = (
  [
    [
      "CC1.1",
      "Integrity and ethical values are lived",
      "the code of conduct, signed, and how breaches were handled",
    ],
    ["CC1.2", "A board oversees, independent of management", "its members, charter and minutes"],
    [
      "CC1.3",
      "Structures, reporting lines and authority are set",
      "the organisation chart and descriptions of roles",
    ],
    [
      "CC1.4",
      "Competent people are found, trained and kept",
      "job descriptions, background checks and training records",
    ],
    ["CC1.5", "People answer for their duties", "goals, reviews and sanctions"],
    [
      "CC2.1",
      "Information for control is relevant and good",
      "the inventory of systems and data, and who keeps it; a snapshot of the cluster belongs to it",
    ],
    [
      "CC2.2",
      "Control is talked about within the organisation",
      "policies that people can find, and how they report problems",
    ],
    [
      "CC2.3",
      "Control is talked about with the outside",
      "what customers are told, and the address for reports of vulnerabilities",
    ],
    ["CC3.1", "Objectives are clear enough to judge risks by", "the objectives and commitments in writing"],
    ["CC3.2", "Risks are found and weighed", "the register of risks with dates"],
    ["CC3.3", "Fraud is thought of", "the part of the register that is about it"],
    [
      "CC3.4",
      "Changes that bring risks are noticed",
      "how new products, suppliers and laws enter the register",
    ],
    [
      "CC4.1",
      "Controls are evaluated regularly",
      "reports of this tool over time, audits and tests by outsiders",
    ],
    [
      "CC4.2",
      "Weaknesses are reported and mended",
      "findings with owner, date and outcome; exceptions with reason and end",
    ],
    ["CC5.1", "Controls are chosen that lower the risks", "the map from risks to controls"],
    [
      "CC5.2",
      "Controls over technology are chosen",
      "the part of that map about technology; the frameworks of this report can stand for it",
    ],
    [
      "CC5.3",
      "Controls are put into policies and procedures",
      "the policies, their owners and the dates of review",
    ],
  ] as const
).map(byHand);

export const privacy: readonly Requirement<ControlId>[] = (
  [
    ["PI1.1", "What processing should do is defined", "specifications of inputs, processing and outputs"],
    ["PI1.2", "Inputs are complete and right", "checks at input and what they refused"],
    ["PI1.3", "Processing is complete and right", "reconciliations and errors with their handling"],
    ["PI1.4", "Outputs reach whom they are meant for", "records of delivery"],
    ["PI1.5", "What is stored stays complete and right", "checks of stored data and of restored backups"],
    ["P1.1", "People are told what is done with their data", "the notice, and when it was last changed"],
    ["P2.1", "People choose and consent", "how consent is asked, recorded and withdrawn"],
    ["P3.1", "Data is collected as was said", "what is collected, beside the notice"],
    ["P3.2", "Explicit consent comes first where it is needed", "records of it"],
    ["P4.1", "Data is used as was said", "purposes by system"],
    ["P4.2", "Data is kept as long as needed", "the schedule of retention and its execution"],
    ["P4.3", "Data is disposed of securely", "records of deletion, backups included"],
    ["P5.1", "People may see their data", "requests and how they were answered"],
    ["P5.2", "People may have their data corrected", "requests and how they were answered"],
    ["P6.1", "Data is disclosed to others with consent", "the list of recipients and the grounds"],
    ["P6.2", "Disclosures are recorded", "the record"],
    ["P6.3", "Disclosures without authority are recorded", "the record of breaches"],
    ["P6.4", "Recipients commit to privacy", "their contracts and the last judgement of each"],
    ["P6.5", "Recipients report breaches", "the clause, and reports received"],
    ["P6.6", "Those concerned are told of breaches", "notifications sent, and when"],
    ["P6.7", "People get an account of what is held and disclosed", "requests and how they were answered"],
    ["P7.1", "Data is accurate, complete and relevant", "how it is checked"],
    ["P8.1", "Complaints are handled", "complaints with their outcome"],
  ] as const
).map(byHand);
