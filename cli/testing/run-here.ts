import { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";

import { explainAwsError } from "../aws/clients";
import { reportFailure } from "../output/failure";
import { kennelProgram } from "../program";
import type { KennelRun } from "./run-kennel";

/**
 * Runs `kennel` in this process, which spares the start of another. What depends on a process, such as signals, pipes and wrong
 * options, is for `runKennel`. One run at a time: what it prints is taken from the process's streams.
 */
export function runHere(...args: readonly string[]): Promise<KennelRun> {
  return runHereOn("", ...args);
}

/** The same, with something on standard input. */
export async function runHereOn(input: string, ...args: readonly string[]): Promise<KennelRun> {
  const stdin = Object.getOwnPropertyDescriptor(process, "stdin")!;
  const [out, err] = [capture(process.stdout), capture(process.stderr)];
  const { exitCode } = process;
  process.exitCode = undefined;
  Object.defineProperty(process, "stdin", { ...stdin, get: () => Readable.from([input]) });
  try {
    await kennelProgram()
      .parseAsync(args, { from: "user" })
      .catch((error: unknown) => reportFailure(explainAwsError(error)));
    return { code: Number(process.exitCode ?? 0), stdout: out.text(), stderr: err.text() };
  } finally {
    Object.defineProperty(process, "stdin", stdin);
    process.exitCode = exitCode;
    out.end();
    err.end();
  }
}

function capture(stream: NodeJS.WriteStream): { text: () => string; end: () => void } {
  const { write } = stream;
  let text = "";
  stream.write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  return {
    text: () => stripVTControlCharacters(text),
    end: () => {
      stream.write = write;
    },
  };
}
