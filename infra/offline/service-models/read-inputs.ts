import { unknownValue } from "./values";
import type { Properties } from "./request-mapping";

// The marks that Pulumi's wire format gives to unknown values and to secrets. Its SDK has them, and takes 0.2 s to load in
// commands that need no more of it.
const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Recorded inputs with secrets opened and unknown values as {@link unknownValue}. */
export function readInputs(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, read(value)]));
}

function read(value: unknown): unknown {
  if (value === unknownMark) {
    return unknownValue;
  }
  if (Array.isArray(value)) {
    return value.map(read);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = value as Record<string, unknown>;
  if ("__pulumiUnknown" in entries) {
    return unknownValue;
  }
  if (entries[signatureKey] === secretSignature) {
    return read(entries["value"]);
  }
  // Assets and archives are classes, and go on as they are.
  return Object.getPrototypeOf(value) === Object.prototype ? readInputs(entries) : value;
}
