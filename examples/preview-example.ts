import path from "node:path";

import type { Preview } from "../cli/preview/preview";
import { previewRepository } from "../cli/preview/preview-repository";
import { POLICY_PACK } from "../cli/repository";
import { buildPackage } from "../infra/library/build";

let built = false;

/** Builds `@kennel/components`, which the examples import as their users do. */
export function buildComponents(): void {
  if (!built) {
    buildPackage({ withTypes: false });
    built = true;
  }
}

/** What `kennel preview` says of an example. */
export function previewExample(name: string): Promise<Preview> {
  buildComponents();
  return previewRepository({ project: path.join(__dirname, name), policyPack: POLICY_PACK });
}
