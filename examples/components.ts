import { buildPackage } from "../infra/library/build";

let built = false;

/** Builds `@kennel/components`, which the examples import as their users do. */
export function buildComponents(): void {
  if (!built) {
    buildPackage({ withTypes: false });
    built = true;
  }
}
