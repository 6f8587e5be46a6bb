/** The published schema of reports, for those who describe answers that hold parts of one. */
import schema from "./report.schema.json" with { type: "json" };

/** JSON Schema 2020-12; its `$defs` are the parts. */
export const reportSchema: object = schema;
