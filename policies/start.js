// What the engine starts (PulumiPolicy.yaml). The language host would compile index.ts with TypeScript's own transpiler and its type
// checker loaded; swc takes a tenth of that, and a pack starts at every preview.
"use strict";
const path = require("node:path");

require("ts-node").register({
  project: path.join(__dirname, "tsconfig.json"),
  swc: true,
});
require("./index");
