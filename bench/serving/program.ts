import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** A program of this folder in a process of its own, which answers one message after the other. */
export class Program<Question extends object, Answer> {
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;

  constructor(private readonly file: string) {
    const execArgv = ["--require", require.resolve("ts-node/register")];
    this.child = fork(path.join(__dirname, file), { execArgv });
    this.exited = once(this.child, "exit");
  }

  /** @throws an Error if the program ends instead of answering */
  async ask(question: Question): Promise<Answer> {
    const answered = once(this.child, "message");
    this.child.send(question);
    const first = await Promise.race([answered, this.exited.then(() => undefined)]);
    if (!first) throw new Error(`${this.file} ended with exit code ${this.child.exitCode}`);
    return first[0] as Answer;
  }

  close(): void {
    if (this.child.connected) this.child.disconnect();
  }
}
