// Preloaded into mocha, kennel and the Node programs that it starts: transpiles TypeScript as it is loaded. ts-node would load
// the whole of TypeScript first, which is most of the time that `kennel --help` takes.
"use strict";
const { readFileSync } = require("node:fs");
const Module = require("node:module");

const { transformSync } = require("@swc/core");

// Of Node 22 and later: what was compiled once is not compiled again.
Module.enableCompileCache?.();

function transpile(filename, source, sourceMaps) {
  return transformSync(source, {
    filename,
    swcrc: false,
    sourceMaps,
    module: { type: "commonjs", ignoreDynamic: true, lazy: loadedWhenUsed(filename, source) },
    jsc: { parser: { syntax: "typescript", decorators: true }, target: "es2022" },
  });
}

/** The imports of the command line: a command does not pay for what only others need, such as the AWS SDK or every IAM action. */
function loadedWhenUsed(filename, source) {
  return filename.startsWith(__dirname)
    ? Array.from(source.matchAll(/ from "([^"]+)";$/gm), ([, module]) => module)
    : [];
}

// It appears once in every run that loads the SDK, and says nothing about the run.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** By file: a program is loaded again for each stack. */
const transpiled = new Map();
// What c8 counts with.
const sourceMaps = process.env.NODE_V8_COVERAGE === undefined ? false : "inline";

require.extensions[".ts"] = (module, filename) => {
  const source = readFileSync(filename, "utf8");
  let known = transpiled.get(filename);
  if (known?.source !== source) {
    known = { source, code: transpile(filename, source, sourceMaps).code };
    transpiled.set(filename, known);
  }
  try {
    module._compile(known.code, filename, "commonjs");
  } catch (error) {
    if (error instanceof SyntaxError && /^await is only valid/.test(error.message)) {
      error.message = `${filename}: offline, a program is evaluated as CommonJS, which has no await outside functions. Await in an async function that the program exports, which returns its outputs.`;
    }
    throw error;
  }
};

// TypeScript's ES modules import each other under the names that they have once they are compiled.
const resolve = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...options) => {
  try {
    return resolve(request, parent, ...options);
  } catch (error) {
    if (/^\.{1,2}\/.*\.js$/.test(request) && parent?.filename?.endsWith(".ts")) {
      return resolve(request.replace(/js$/, "ts"), parent, ...options);
    }
    throw error;
  }
};

// The lines of an error are looked up when it is shown. Pulumi takes the stack for each promise and resource, and shows none.
Error.prepareStackTrace = (error, frames) => {
  const isPulumis = /^(debuggablePromise|Function\.callsites|callsites)$/.test(
    frames[0]?.getFunctionName(),
  );
  const lines = isPulumis ? [] : frames.map((frame) => `\n    at ${withSourceLine(String(frame))}`);
  return Error.prototype.toString.call(error) + lines.join("");
};

function withSourceLine(frame) {
  return frame.replace(/([^\s(]+\.ts):(\d+):(\d+)/, (written, filename, line, column) => {
    const map = transpiled.has(filename) ? sourceMapOf(filename) : undefined;
    const entry = map?.findEntry(Number(line) - 1, Number(column) - 1);
    return entry?.originalLine === undefined
      ? written
      : `${filename}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

function sourceMapOf(filename) {
  const known = transpiled.get(filename);
  known.map ??= new Module.SourceMap(JSON.parse(transpile(filename, known.source, true).map));
  return known.map;
}

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
