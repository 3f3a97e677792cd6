import { z } from "zod";
import type { SchemaNode } from "./explain";
import { stackSchema } from "./stack";

/** What the configuration may be, with each field's description, limits and example. Apart from what reads it: that needs Pulumi's SDK. */
export const configSchema = z.toJSONSchema(stackSchema, { io: "input" }) as SchemaNode;
