/** Stands in a policy document for a value that is not known yet. */
export const UNKNOWN: unique symbol = Symbol("not known yet");
