/** Regular expressions of RE2: linear in the text, whatever the pattern. */
import { RE2JS } from "re2js";
import { neededBy } from "./needed.ts";
import { isEvident, simplePattern } from "./simple.ts";
import { Failure, fail } from "./value.ts";

/** Patterns longer than this are refused: compiling them would take long, and Kubernetes refuses programs too large. */
const PATTERN_LIMIT = 10_000;
const CACHE_LIMIT = 500;

const compiled = new Map<string, RE2JS | Failure>();

/** A pattern compiled, or why it cannot be. The most recent ones are kept. */
export function pattern(source: string): RE2JS | Failure {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const made = compilePattern(source);
  if (compiled.size >= CACHE_LIMIT) compiled.clear();
  compiled.set(source, made);
  return made;
}

function compilePattern(source: string): RE2JS | Failure {
  if (source.length > PATTERN_LIMIT)
    return fail("invalid", `a pattern has at most ${PATTERN_LIMIT} characters`);
  try {
    return RE2JS.compile(source);
  } catch (error) {
    return fail("invalid", error instanceof Error ? error.message : String(error));
  }
}

/** A pattern of no more characters, all of it plain, is known to be one of RE2 without asking it. */
const EVIDENT = 2_000;

type Test = (text: string) => boolean;

/**
 * The test whether a text has a match for a pattern, or why the pattern is none. RE2 takes long to compile one, and
 * is not asked to before a text needs it; nor is anything else worked out before the first text.
 */
export function matcher(source: string): Test | Failure {
  const known = source.length <= EVIDENT && isEvident(source);
  const re = known ? undefined : pattern(source);
  if (re instanceof Failure) return re;
  let test: Test | undefined;
  return (text) => (test ??= testFor(source, known))(text);
}

function testFor(source: string, known: boolean): Test {
  const simple = simplePattern(source);
  if (simple === undefined) {
    const needed = known ? neededBy(source) : undefined;
    return (text) => (needed?.some((part) => text.includes(part)) ?? true) && ofRe2(source, text);
  }
  const { pattern: own, longest } = simple;
  return (text) => (text.length <= longest ? own.test(text) : ofRe2(source, text));
}

function ofRe2(source: string, text: string): boolean {
  const re = pattern(source);
  return !(re instanceof Failure) && re.test(text);
}

/**
 * The parts of a text that match a pattern, at most so many (negative: all); an empty one next to
 * the one before does not count. Or why the pattern is none.
 */
export function findAll(text: string, source: string, limit: number): readonly string[] | Failure {
  const re = pattern(source);
  if (re instanceof Failure) return re;
  const found: string[] = [];
  if (limit === 0) return found;
  const search = re.matcher(text);
  let end = -1;
  while (found.length !== limit && search.find()) {
    const part = search.group() ?? "";
    if (part !== "" || search.start() !== end) found.push(part);
    end = search.end();
  }
  return found;
}
