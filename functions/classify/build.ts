import { statSync } from "node:fs";
import { join, relative } from "node:path";

import { buildSync } from "esbuild";

const DIST = join(__dirname, "dist");
const BUNDLE = "index.mjs";

/**
 * The SDK imports these only when the environment holds no credentials. On Lambda it always does, so they stay out: that is
 * 100 kB less to load. On a laptop they come from node_modules.
 */
const LAPTOP_CREDENTIALS = ["ini", "process", "sso", "web-identity"].map(
  (source) => `@aws-sdk/credential-provider-${source}`,
);

/**
 * Bundles the function for Lambda's Node.js runtime into one ES module, `index.mjs`, whose export `handler` is the function's
 * handler. The same sources give the same bytes.
 *
 * @returns the directory that holds nothing but the bundle
 */
export function buildFunction(directory = DIST): string {
  buildSync({
    absWorkingDir: __dirname,
    entryPoints: ["index.ts"],
    outfile: join(directory, BUNDLE),
    bundle: true,
    minify: true,
    // Node.js shows the line of an error: not all of the bundle.
    lineLimit: 160,
    format: "esm",
    platform: "node",
    target: "node20",
    // The packages' ES modules: smaller and faster to load than their CommonJS.
    mainFields: ["module", "main"],
    external: LAPTOP_CREDENTIALS,
    legalComments: "none",
    logLevel: "warning",
    // What is CommonJS all the same calls require.
    banner: {
      js: 'import{createRequire as $createRequire}from"node:module";const require=$createRequire(import.meta.url);',
    },
  });
  return directory;
}

if (require.main === module) {
  const file = join(buildFunction(), BUNDLE);
  const kilobytes = (statSync(file).size / 1000).toFixed(1);
  console.log(`${relative(process.cwd(), file)}: ${kilobytes} kB`);
}
