import {
  specialSecretSig,
  specialSigKey,
  unknownValue as unknownMark,
} from "@pulumi/pulumi/runtime/rpc";

import { unknownValue } from "./values";
import type { Properties } from "./request-mapping";

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
  if (entries[specialSigKey] === specialSecretSig) {
    return read(entries["value"]);
  }
  // Assets and archives are classes, and go on as they are.
  return Object.getPrototypeOf(value) === Object.prototype ? readInputs(entries) : value;
}
