import path from "node:path";

import {
  specialArchiveSig,
  specialAssetSig,
  specialSecretSig,
  specialSigKey,
} from "@pulumi/pulumi/runtime/rpc";

import { contentHash } from "../../../infra/content-hash";
import type { Properties } from "../../../infra/offline/service-models/request-mapping";

/** A file or folder of the program, absolute. */
interface ProgramFile {
  readonly path: string;
  readonly isArchive: boolean;
}

/** Inputs as AWS gets them: secrets opened, and marks that `call_aws.py` knows in the place of files. */
export function sendable(inputs: Properties): Properties {
  return plain(inputs, ({ path: file, isArchive }) => ({
    $: isArchive ? "archive" : "file",
    path: file,
  }));
}

/** Inputs as the state keeps and compares them: secrets opened, and a hash in the place of each file. */
export function storable(inputs: Properties): Properties {
  const kept = plain(inputs, ({ path: file }) => ({ hash: contentHash(file) }));
  // What JSON does not keep can't be told from its absence later.
  return JSON.parse(JSON.stringify(kept)) as Properties;
}

function plain(inputs: Properties, replace: (file: ProgramFile) => unknown): Properties {
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map(visit);
    }
    if (typeof value !== "object" || value === null) {
      return value;
    }
    const { [specialSigKey]: signature, ...rest } = value as Record<string, unknown>;
    switch (signature) {
      case undefined:
        return Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, visit(each)]));
      case specialSecretSig:
        return visit(rest["value"]);
      case specialAssetSig:
      case specialArchiveSig:
        return typeof rest["path"] === "string"
          ? replace({
              path: path.resolve(rest["path"]),
              isArchive: signature === specialArchiveSig,
            })
          : String(rest["text"]);
      default:
        throw new Error(`an input has a value of an unknown kind (${String(signature)}).`);
    }
  };
  return visit(inputs) as Properties;
}
