import { validationException } from "../aws-error";

/**
 * The requests that an object is sent in.
 *
 * @param splitType `None`: the object is one; `Line`: as many lines as fit, or one where `mostBytes` is 0
 */
export function splitRecords(content: Buffer, splitType: string, mostBytes: number): Buffer[] {
  if (splitType === "None") {
    return [content];
  }
  if (splitType !== "Line") {
    throw validationException(`The sandbox splits objects by lines: SplitType ${splitType}.`);
  }
  const lines = content.toString().split("\n");
  const batches: string[][] = [];
  let size = Infinity;
  for (const line of lines.filter((each) => each.trim() !== "")) {
    const bytes = Buffer.byteLength(line) + 1;
    if (size + bytes > mostBytes) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)!.push(line);
    size += bytes;
  }
  return batches.map((batch) => Buffer.from(batch.join("\n")));
}

/** What the answers become together: `Line` ends each with a line break. */
export function assemble(answers: readonly Buffer[], assembleWith: string): Buffer {
  return assembleWith === "Line"
    ? Buffer.concat(
        answers.flatMap((each) => (each.at(-1) === 10 ? [each] : [each, Buffer.from("\n")])),
      )
    : Buffer.concat(answers);
}
