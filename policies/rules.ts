import type { Rule } from "./rule";
import { invokeEndpointScope } from "./rules/iam/invoke-endpoint-scope";
import { noFullAccess } from "./rules/iam/no-full-access";

/** Every rule of the pack. */
export const rules: readonly Rule[] = [noFullAccess, invokeEndpointScope];
