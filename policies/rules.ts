import type { Rule } from "./rule";
import * as all from "./rules/all";

/** Every rule of the pack. */
export const rules: readonly Rule[] = Object.values(all);
