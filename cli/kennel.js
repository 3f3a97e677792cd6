#!/usr/bin/env node
// The bin that npm links: transpiles what it loads, and hands over to main.ts. ts-node would load the whole of TypeScript
// first, which is most of the time that `kennel --help` takes.
"use strict";
const { readFileSync } = require("node:fs");
const path = require("node:path");
const { Worker } = require("node:worker_threads");

const { transformSync } = require("@swc/core");

// npm doesn't pass every signal on: its end is this command's, too. A thread looks, because a stack is judged in one go.
if (process.env.npm_lifecycle_event !== undefined) {
  const watch = `const npm = ${process.ppid};
    setInterval(() => process.ppid !== npm && process.kill(process.pid, "SIGTERM"), 500);`;
  new Worker(watch, { eval: true }).unref();
}

// It appears once in every run that loads the SDK, and says nothing about the run.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
// For the programs that it starts.
process.env.TS_NODE_PROJECT ??= path.join(__dirname, "..", "tsconfig.json");
require.extensions[".ts"] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, "utf8"), {
    filename,
    swcrc: false,
    sourceMaps: "inline",
    module: { type: "commonjs", ignoreDynamic: true },
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
  });
  module._compile(code, filename);
};
process.setSourceMapsEnabled(true);
require("./main");
