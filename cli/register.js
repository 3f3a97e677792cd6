// Preloaded into kennel and the Node programs that it starts: TypeScript is transpiled as it is loaded. ts-node would load the
// whole of TypeScript first, which is most of the time that `kennel --help` takes.
"use strict";
const { readFileSync } = require("node:fs");
const Module = require("node:module");

const { transformSync } = require("@swc/core");

// Only a debugging user sees a stack trace. Pulumi takes one for each promise, and mapping its lines is dear.
const debugging = process.env.KENNEL_DEBUG === "1";
if (debugging) {
  process.setSourceMapsEnabled(true);
} else {
  Error.stackTraceLimit = 0;
}

require.extensions[".ts"] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, "utf8"), {
    filename,
    swcrc: false,
    sourceMaps: debugging ? "inline" : false,
    module: { type: "commonjs", ignoreDynamic: true },
    jsc: { parser: { syntax: "typescript", decorators: true }, target: "es2022" },
  });
  module._compile(code, filename);
};

// Pulumi's SDK loads TypeScript and npm's resolver, most of its start, for functions whose closure becomes the code of a Lambda
// function. They are loaded as soon as a program has one.
const FOR_CLOSURES = /^(@npmcli\/arborist|(\.\.\/)+typescript-shim)$/;
const load = Module._load;
Module._load = (request, parent, isMain) =>
  FOR_CLOSURES.test(request) && /@pulumi[\\/]pulumi[\\/]/.test(parent?.filename)
    ? whenUsed(() => load(request, parent, isMain))
    : load(request, parent, isMain);

function whenUsed(loaded) {
  // An ES module, or else __importStar would copy all of it.
  return new Proxy({}, { get: (_, name) => name === "__esModule" || loaded()[name] });
}
