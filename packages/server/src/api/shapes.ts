/** Core's own nouns as answers have them: the published schema of reports, part by part. There is no second set of types. */
import { Type, type TSchema } from "typebox";
import type {
  AttackPaths,
  ControlSummary,
  DetectionReport,
  ExceptionReport,
  FrameworkScore,
  Gap,
  RequirementResult,
  ResourceRef,
  Result,
  Coverage,
  Edit,
} from "@plimsoll/core";

function named<T>(name: string) {
  return Type.Unsafe<T>({ $ref: name } as TSchema);
}

export const shapes = {
  result: named<Result>("result"),
  resource: named<ResourceRef>("resource"),
  score: named<FrameworkScore>("frameworkScore"),
  requirement: named<RequirementResult>("requirement"),
  gap: named<Gap>("gap"),
  coverage: named<Coverage>("coverage"),
  edit: named<Edit>("edit"),
  exception: named<ExceptionReport>("exception"),
  control: named<ControlSummary>("control"),
  paths: named<AttackPaths>("attackPaths"),
  detection: named<DetectionReport>("detection"),
};

export function choice<const T extends readonly string[]>(values: T) {
  return Type.Unsafe<T[number]>({ type: "string", enum: [...values] } as TSchema);
}

export const closed = { additionalProperties: false } as const;
export const word = Type.String({ minLength: 1, maxLength: 512 });
export const words = Type.Array(word, { maxItems: 50 });
/** Milliseconds since 1970. */
export const instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
export const pageOf = Type.Integer({ minimum: 1, maximum: 500, default: 50 });
export const cursor = Type.String({ minLength: 1, maxLength: 8192 });
