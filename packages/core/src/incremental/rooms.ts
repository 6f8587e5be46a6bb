/**
 * What room a changing cluster has, and what was asked of it: where one answer has become another, the patches that rest on
 * it are judged anew, and no others. A pod that comes anywhere may change any answer, and changes hardly one.
 */
import type { Change } from "../model/change.ts";
import { refKey, refOf, type ResourceRef } from "../model/resource.ts";
import type { Judgement } from "../remediation/fields/field.ts";
import { createRoomBook, roomKinds } from "../remediation/room/book.ts";
import { judgeRoom, type RoomGround, type RoomQuestion } from "../remediation/room/room.ts";
import type { Move } from "./stock.ts";

export interface Rooms {
  readonly take: (moves: readonly Move[]) => void;
  readonly ask: (question: RoomQuestion) => Judgement | undefined;
  /** Of these objects patches are judged anew: what was asked before is of no matter. */
  readonly forget: (keys: Iterable<string>) => void;
  readonly isValid: () => boolean;
  /** Objects that are given another answer now, with the last change that may have made it so. */
  readonly refresh: () => ReadonlyMap<string, Change | undefined>;
}

interface Asked {
  readonly question: RoomQuestion;
  readonly answer: string | undefined;
}

export function createRooms(ground: () => Omit<RoomGround, "book">): Rooms {
  const book = createRoomBook();
  const asked = new Map<string, Asked[]>();
  let checked = book.version();
  let moved: Change | undefined;
  const answerTo = (question: RoomQuestion): Judgement | undefined =>
    judgeRoom(question, { book, ...ground() });
  const isOther = ({ question, answer }: Asked): boolean => textOf(answerTo(question)) !== answer;
  return {
    take: (moves) => {
      for (const { key, before, after, cause } of moves) {
        const resource = (after.record ?? before.record)?.resource;
        if (resource === undefined || !roomKinds.has(`${resource.apiVersion}/${resource.kind}`)) continue;
        const version = book.version();
        book.set(key, after.record, rootIn(after.workloads));
        if (book.version() !== version) moved = cause;
      }
    },
    ask: (question) => {
      const key = refKey(refOf(question.resource));
      const answer = answerTo(question);
      const list = asked.get(key);
      const own = { question, answer: textOf(answer) };
      if (list === undefined) asked.set(key, [own]);
      else list.push(own);
      return answer;
    },
    forget: (keys) => {
      for (const key of keys) asked.delete(key);
    },
    isValid: () => asked.size === 0 || checked === book.version(),
    refresh: () => {
      if (checked === book.version()) return new Map();
      checked = book.version();
      const others = [...asked].filter(([, list]) => list.some(isOther));
      return new Map(others.map(([key]) => [key, moved]));
    },
  };
}

function rootIn(workloads: Move["after"]["workloads"]): ResourceRef | undefined {
  return workloads[0]?.root;
}

function textOf(answer: Judgement | undefined): string | undefined {
  return answer === undefined ? undefined : JSON.stringify(answer);
}
