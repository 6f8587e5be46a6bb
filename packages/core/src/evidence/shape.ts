/** What the detail of a behaviour is compared by: what is fixed of it, and its texts with ids apart. */
import type { ObservationDetail } from "../model/observation.ts";
import { canonicalDetail } from "./behaviour.ts";
import { templateOf, type Template } from "./collapse.ts";
import { textsOf, withoutPeerName } from "./variable.ts";

export interface Shape {
  /** Names and addresses of peers left out. */
  readonly detail: ObservationDetail;
  readonly templates: readonly Template[];
  /** All of it that makes behaviours different, whatever ids they hold. */
  readonly fixed: string;
  /** The rest, as JSON. */
  readonly own: string;
  /** The same for all that differ in ids alone. */
  readonly family: string;
}

/** A detail is kept while it is seen again and again, and profiles are made anew with each batch of an agent. */
const shapes = new WeakMap<ObservationDetail, Shape>();

export function shapeOf(seen: ObservationDetail): Shape {
  const known = shapes.get(seen);
  if (known !== undefined) return known;
  const detail = withoutPeerName(seen);
  const { texts, keys } = textsOf(detail);
  const templates = texts.map(({ text, reading }) => templateOf(text, reading));
  const fixed = canonicalDetail(detail, keys);
  const shape = {
    detail,
    templates,
    fixed,
    own: JSON.stringify(texts.map(({ text }) => text)),
    family: `${fixed} ${JSON.stringify(templates.map(({ template }) => template))}`,
  };
  shapes.set(seen, shape);
  return shape;
}
