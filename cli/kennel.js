#!/usr/bin/env node
// The bin that npm links: registers ts-node (transpile only, the repository's tsconfig) and hands over to main.ts.
"use strict";
const path = require("node:path");

process.env.TS_NODE_PROJECT ??= path.join(__dirname, "..", "tsconfig.json");
require("ts-node/register/transpile-only");
require("./main");
