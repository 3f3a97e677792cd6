import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

import type { AwsRequest } from "../../../infra/offline/service-models/resource-requests";
import { PYTHON } from "../../../scripts/python-environment";
import { requirePython } from "../../python";

/** A refusal of AWS, or of botocore, which checks requests before it sends them. */
export class AwsCallError extends Error {
  override readonly name = "AwsCallError";

  constructor(
    readonly code: string,
    { service, operation }: AwsRequest,
    message: string,
  ) {
    super(`${service} ${operation}: ${code}: ${message}`);
  }

  /** Whether moto does not know the operation: no address of its, or an answer that says so. */
  get isUnknownOperation(): boolean {
    return (
      /NotImplemented|UnknownOperation|^501$/.test(this.code) ||
      /<!doctype html>/i.test(this.message)
    );
  }
}

/** What AWS answers, members by their names. */
export type AwsAnswer = Readonly<Record<string, unknown>>;

interface Waiting {
  readonly request: AwsRequest;
  readonly resolve: (answer: AwsAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface Line {
  readonly id: number;
  readonly answer?: AwsAnswer;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Sends any request of any service through one Python child, which ends with {@link stop} or with this process. */
export class AwsCaller {
  private readonly child;
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;

  /** @throws UserError where there is no Python environment. */
  constructor(region: string) {
    requirePython();
    this.child = spawn(PYTHON, [path.join(__dirname, "call_aws.py")], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, AWS_DEFAULT_REGION: region },
    });
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.take(JSON.parse(line) as Line);
    });
    this.child.once("close", (code) => {
      this.waiting.forEach(({ reject }) => {
        reject(new Error(`the Python process that sends requests has ended (${code})`));
      });
      this.waiting.clear();
    });
    // Whoever waits for the answer hears that there is none.
    this.child.stdin.on("error", () => undefined);
  }

  /** @throws AwsCallError where AWS refuses. */
  call(request: AwsRequest): Promise<AwsAnswer> {
    const id = this.next;
    this.next += 1;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { request, resolve, reject });
      this.child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  stop(): void {
    this.child.stdin.end();
  }

  private take({ id, answer, error }: Line): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error !== undefined) {
      waiting?.reject(new AwsCallError(error.code, waiting.request, error.message));
    } else {
      waiting?.resolve(answer ?? {});
    }
  }
}
