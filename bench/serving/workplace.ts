import path from "node:path";

/** Where models, photos and what servers keep between starts are left for the next run. */
export const CACHE = path.resolve(__dirname, "../../.cache/bench-serving");
