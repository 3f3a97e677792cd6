import { spawn } from "node:child_process";
import * as path from "node:path";
import { createInterface } from "node:readline";
import type { Socket } from "node:net";
import { PYTHON } from "../../scripts/python-environment";
import type { AwsRequest, Violation } from "../offline/service-models/resource-requests";
import { fileContent, unknownValue } from "../offline/service-models/values";
import { projectRoot } from "../project-root";

/** The one process that validates; it ends with this one, whose standard input is its own. */
function startValidator() {
  const script = path.join(projectRoot, "infra/offline/service-models/validate_requests.py");
  const child = spawn(PYTHON, [script], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise<never>((_, reject) => {
    child.once("error", reject);
  });
  failed.catch(() => undefined);
  // Whoever waits for the answer sees that there is none.
  child.stdin.on("error", () => undefined);
  child.unref();
  return { child, answers, failed };
}

let validator: ReturnType<typeof startValidator> | undefined;

/**
 * Checks requests against AWS's own description of them: names, required members, types, ranges, lengths, enumerations, patterns,
 * and limits that are documented only.
 *
 * @returns the violations of each request
 * @throws Error when the Python environment is missing, or botocore knows no such request
 */
export async function validateRequests(requests: readonly AwsRequest[]): Promise<Violation[][]> {
  const { child, answers, failed } = (validator ??= startValidator());
  const output = child.stdout as Socket;
  // Only while an answer is awaited does the process have a reason to stay.
  output.ref();
  try {
    child.stdin.write(`${JSON.stringify(requests, withMarks)}\n`);
    const { value, done } = await Promise.race([answers.next(), failed]);
    if (done === true) {
      throw new Error(
        "The validator has ended; what it said is above. Is botocore there (npm run setup:python)?",
      );
    }
    return JSON.parse(value) as Violation[][];
  } finally {
    output.unref();
  }
}

function withMarks(_key: string, value: unknown): unknown {
  return value === unknownValue ? { $: "unknown" } : value === fileContent ? { $: "file" } : value;
}
