import path from "node:path";

/** The repository's root; every path that the command line needs is named here, relative to it. */
export const REPOSITORY = path.resolve(__dirname, "..");

export const PROGRAM = path.join(REPOSITORY, "infra", "index.ts");
export const POLICY_PACK = path.join(REPOSITORY, "policies");
export const SAMPLE_MODEL = path.join(REPOSITORY, "samples", "model");
export const SAMPLE_PHOTOS = path.join(REPOSITORY, "samples", "photos");
