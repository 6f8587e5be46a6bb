/** Which place of which template made each part of an output. */

/** A text with actions in it, and whose it is. */
export interface Origin {
  /** As helm names it: `CHART/templates/FILE`. */
  readonly name: string;
  readonly text: string;
  /** The chart that it belongs to, as a path of charts; `undefined` for text that a template made while it ran. */
  readonly chart?: string;
}

/** A place in a template, and the place that called it. */
export interface Site {
  readonly origin: Origin;
  readonly pos: number;
  readonly via?: Site;
}

/** The place in the text that was asked for, through whatever calls. */
export function outermost(site: Site): Site {
  let outer = site;
  while (outer.via !== undefined) outer = outer.via;
  return outer;
}

/** From `at` on, up to the next span. Of a literal one each character stands in the template as well. */
export interface Span {
  readonly at: number;
  readonly site: Site;
  readonly literal: boolean;
}

/** Text while it is written. */
export interface Sink {
  readonly parts: string[];
  length: number;
  readonly spans: Span[];
}

export function createSink(): Sink {
  return { parts: [], length: 0, spans: [] };
}

export function write(sink: Sink, text: string, site: Site, literal = false): void {
  if (text === "") return;
  sink.spans.push({ at: sink.length, site, literal });
  sink.parts.push(text);
  sink.length += text.length;
}

/** Text with spans of its own; `site` is where it is put. */
export function writeTraced(sink: Sink, text: string, spans: readonly Span[], site: Site): void {
  if (text === "") return;
  if (spans[0]?.at !== 0) sink.spans.push({ at: sink.length, site, literal: false });
  for (const span of spans)
    if (span.at < text.length) sink.spans.push({ ...span, at: span.at + sink.length });
  sink.parts.push(text);
  sink.length += text.length;
}

/** The last span that begins at or before an offset. */
export function spanAt(spans: readonly Span[], offset: number): Span | undefined {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (spans[middle]!.at <= offset) low = middle + 1;
    else high = middle;
  }
  return spans[low - 1];
}

/** Where a character of the output comes from. */
export function siteOf(spans: readonly Span[], offset: number): Site | undefined {
  const span = spanAt(spans, offset);
  if (span === undefined || !span.literal) return span?.site;
  return { ...span.site, pos: span.site.pos + offset - span.at };
}

/** `text.slice(start, end)` with its spans. */
export function cutSpans(spans: readonly Span[], start: number, end: number): readonly Span[] {
  const cut: Span[] = [];
  const first = spanAt(spans, start);
  if (first !== undefined) cut.push(movedTo(first, start, 0));
  for (const span of spans) if (span.at > start && span.at < end) cut.push({ ...span, at: span.at - start });
  return cut;
}

function movedTo(span: Span, offset: number, at: number): Span {
  const pos = span.literal ? span.site.pos + offset - span.at : span.site.pos;
  return { at, site: { ...span.site, pos }, literal: span.literal };
}

/** The spans of a text into which `pad` characters were put at the start of every line. */
export function indentSpans(text: string, spans: readonly Span[], pad: number): readonly Span[] {
  const indented: Span[] = [];
  let next = 0;
  let added = 0;
  for (let start = 0; ;) {
    added += pad;
    const over = spanAt(spans, start);
    if (over !== undefined) {
      const own = movedTo(over, start, start + added);
      if (pad > 0) indented.push({ at: start + added - pad, site: own.site, literal: false });
      indented.push(own);
    }
    const end = text.indexOf("\n", start);
    const limit = end === -1 ? text.length : end + 1;
    while (next < spans.length && spans[next]!.at < limit) {
      const span = spans[next]!;
      if (span.at > start) indented.push({ ...span, at: span.at + added });
      next += 1;
    }
    if (end === -1) return indented;
    start = end + 1;
  }
}

/** The spans of a text that has a line for each line of another. */
export function lineSpans(from: string, spans: readonly Span[], to: string): readonly Span[] {
  const lines: Span[] = [];
  let source = 0;
  let target = 0;
  for (;;) {
    const site = siteOf(spans, skipBlank(from, source));
    if (site !== undefined) lines.push({ at: target, site, literal: false });
    source = from.indexOf("\n", source) + 1;
    target = to.indexOf("\n", target) + 1;
    if (source === 0 || target === 0) return lines;
  }
}

function skipBlank(text: string, offset: number): number {
  let at = offset;
  while (text[at] === " ") at += 1;
  return at;
}
