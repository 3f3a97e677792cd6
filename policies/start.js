// What the engine starts (PulumiPolicy.yaml). Its language host compiles a pack with ts-node's type checker, which takes seconds at every
// preview; types are checked in `npm run types`, and here swc only strips them. Replacing the hook, not adding one, keeps the host's out.
"use strict";
const { transformFileSync } = require("@swc/core");

const OPTIONS = {
  swcrc: false,
  sourceMaps: "inline",
  module: { type: "commonjs" },
  jsc: { target: "es2022", parser: { syntax: "typescript" } },
};
require.extensions[".ts"] = (module, file) => {
  module._compile(transformFileSync(file, OPTIONS).code, file);
};
require("./index.ts");
