import { z } from "zod";
import type { SchemaNode } from "./explain";
import { stackSchema } from "./stack";

/** What the configuration may be, with each field's description, limits and example; it needs no SDK, unlike what reads it. */
export const configSchema = z.toJSONSchema(stackSchema, {
  io: "input",
  override: ({ jsonSchema }) => {
    const { type, default: fallback } = jsonSchema;
    // A default is its own example, and what can be turned on is shown on.
    if (type === "boolean") {
      jsonSchema["example"] ??= "true";
    } else if (typeof fallback === "number" || typeof fallback === "string") {
      jsonSchema["example"] ??= String(fallback);
    }
  },
}) as SchemaNode;
