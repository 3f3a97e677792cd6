import * as path from "node:path";

/** The repository's root folder: sources and artefacts are found from here, whatever the working directory is. */
export const projectRoot = path.resolve(__dirname, "..");
