import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

import { PYTHON } from "../../scripts/python-environment";
import { endProgram, startOther } from "../child-processes";
import { UserError } from "../output/failure";
import { requirePython } from "../python";

const SERVER = path.join(__dirname, "moto_server.py");

/** The process that answers for every service but SageMaker, and knows AWS's descriptions of requests. */
export class Moto {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  /**
   * @param folder goes with the process where this one can't remove it any more
   * @throws UserError where the Python environment is missing, or the process ends
   */
  static async start(folder: string): Promise<Moto> {
    requirePython();
    const child = startOther(PYTHON, [SERVER, folder], {
      // Buckets are paths at a loopback address.
      env: { ...process.env, S3_IGNORE_SUBDOMAIN_BUCKETNAME: "true" },
    });
    let complaint = "";
    createInterface({ input: child.stderr! }).on("line", (line) => (complaint = line));
    const lines = createInterface({ input: child.stdout! });
    const ended = once(child, "exit").then(() => {
      throw new UserError(
        `the sandbox's moto has ended: ${complaint} Is it installed (npm run setup:python)?`,
      );
    });
    ended.catch(() => undefined);
    const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
    const { port } = JSON.parse(line) as { port: number };
    return new Moto(child, `http://127.0.0.1:${port}`);
  }

  /**
   * Asks what only its process knows: moto_server.py has the questions, and what they take and answer.
   *
   * @throws Error where it can't answer
   */
  async ask<Answer>(question: string, content: object): Promise<Answer> {
    const answer = await fetch(`${this.url}/_kennel/${question}`, {
      method: "POST",
      body: JSON.stringify(content),
    });
    if (!answer.ok) {
      throw new Error(`moto's process can't answer ${question} ${JSON.stringify(content)}`);
    }
    return (await answer.json()) as Answer;
  }

  stop(): Promise<void> {
    return endProgram(this.process);
  }
}
