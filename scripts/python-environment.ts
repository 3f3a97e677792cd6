import path from "node:path";

/** The interpreter of the Python environment, which is there once `npm run setup:python` has made it. */
export const PYTHON = path.resolve(__dirname, "..", ".venv", "bin", "python");
