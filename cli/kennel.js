#!/usr/bin/env node
// The bin that npm links.
"use strict";
const { Worker } = require("node:worker_threads");

// npm doesn't pass every signal on: its end is also this command's. A thread looks, because a stack is checked without a pause.
if (process.env.npm_lifecycle_event !== undefined) {
  const watch = `const npm = ${process.ppid};
    setInterval(() => process.ppid !== npm && process.kill(process.pid, "SIGTERM"), 500);`;
  new Worker(watch, { eval: true }).unref();
}

require("./register");
require("./main");
