// Preloaded into the programs that kennel starts. Their standard input is a pipe from it, which closes however it ends.
"use strict";

const { isMainThread } = require("node:worker_threads");

if (isMainThread) {
  process.stdin.on("close", () => process.kill(process.pid, "SIGTERM")).resume();
  process.stdin.unref();
}
