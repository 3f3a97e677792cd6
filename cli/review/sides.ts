import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

import { END_WITH_PARENT, TYPESCRIPT } from "../child-processes";
import type { SideAnswer, SidesRequest } from "./evaluate-sides";

/** Evaluates and checks stacks in a separate process, by what `request` calls them. */
export async function evaluateSides(request: SidesRequest): Promise<Record<string, SideAnswer>> {
  const child = fork(path.join(__dirname, "evaluate-sides.ts"), {
    cwd: request.directory,
    execArgv: [...END_WITH_PARENT, ...TYPESCRIPT],
    // It keeps maps.
    serialization: "advanced",
    silent: true,
  });
  let complaints = "";
  child.stdout!.resume();
  child.stderr!.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  const answered = once(child, "message") as Promise<[Record<string, SideAnswer>]>;
  const ended = once(child, "close").then(() => {
    throw new Error(`${request.directory} could not be evaluated: ${complaints.trim()}`);
  });
  child.send(request);
  const [answers] = await Promise.race([answered, ended]);
  return answers;
}
