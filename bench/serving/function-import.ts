/** Imports the Lambda function's bundle in fresh processes and prints how long that takes, and how large it is. See bench/README.md. */
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { buildFunction } from "../../functions/classify/build";
import { renderSpread, spread } from "../spread";

const STARTS = 20;
const ENVIRONMENT = {
  ENDPOINT_NAME: "kennel-bench",
  AWS_REGION: "eu-west-1",
  AWS_LAMBDA_FUNCTION_NAME: "kennel-bench",
};

const file = path.join(buildFunction(), "index.mjs");
const program = `
  const before = performance.now();
  await import(${JSON.stringify(pathToFileURL(file).href)});
  console.log(performance.now() - before);
`;
const times = Array.from({ length: STARTS }, () =>
  Number(
    execFileSync(process.execPath, ["--no-warnings", "--input-type=module", "--eval", program], {
      env: ENVIRONMENT,
    }),
  ),
);
console.log(`The bundle has ${(statSync(file).size / 1000).toFixed(1)} kB (bar: 340).`);
console.log(
  `Imported in ${renderSpread(spread(times), 1)} ms, ${STARTS} fresh processes (bar: 60).`,
);
