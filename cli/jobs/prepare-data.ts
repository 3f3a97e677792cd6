import { readFileSync } from "node:fs";
import path from "node:path";

import { runPython } from "../python";
import { readStackOutputs } from "../stack/read-outputs";

/** What to prepare, and where it goes. */
interface Preparation {
  readonly source?: string;
  /** An address in S3; true for `data/` of the stack's bucket. */
  readonly upload?: string | true;
  readonly stack: string;
  readonly json?: boolean;
}

/**
 * `kennel data`; its exit code is that of prepare.py.
 *
 * @param command whose other arguments are options of prepare.py
 */
export async function prepareData(
  { source, upload, stack, json = false }: Preparation,
  { args: others }: { readonly args: readonly string[] },
): Promise<void> {
  const address =
    upload === true ? `s3://${(await readStackOutputs(stack)).outputs.bucketName}/data` : upload;
  const status = await runPython(
    "prepare.py",
    [
      ...(source === undefined ? [] : ["--source", source]),
      ...others,
      ...(address === undefined ? [] : ["--upload", address]),
    ],
    json ? { onLine: (line) => console.error(line) } : {},
  );
  if (status === 0 && json) {
    console.log(JSON.stringify(summary(dataFolder(others), address), null, 2));
  } else if (status === 0 && upload === true) {
    console.log(`Train on them: kennel train NAME --stack ${stack}`);
  }
  process.exitCode = status;
}

/** What of the manifest says how the preparation went; its files are left out. */
function summary(data: string, uploaded: string | undefined): object {
  const text = readFileSync(path.join(data, "manifest.json"), "utf8");
  const { source, classes, photos, skipped, renamed } = JSON.parse(text) as Record<string, unknown>;
  return { data, source, classes, photos, skipped, renamed, uploaded: uploaded ?? null };
}

/** prepare.py's `--data` and its default. */
function dataFolder(options: readonly string[]): string {
  const joined = options.join("\0");
  return /(?:^|\0)--data[=\0]([^\0]+)/.exec(joined)?.[1] ?? "photos";
}
