import * as fs from "node:fs";
import * as path from "node:path";
import { projectRoot } from "./project-root";

/** Where an endpoint's model comes from. */
export type ModelSource =
  | {
      readonly kind: "object";
      readonly bucket: string;
      /** Key of a `model.tar.gz`. */
      readonly key: string;
      /** KMS key of a bucket that is not the stack's own. */
      readonly kmsKeyArn?: string | undefined;
    }
  | {
      /** In the stack's own data bucket. */
      readonly kind: "data-bucket";
      readonly key: string;
    }
  | {
      readonly kind: "directory";
      /** Absolute path of a model directory. */
      readonly path: string;
    };

const archiveName = ".tar.gz";
/** What SageMaker takes, without `s3://` and the data bucket's name. */
const longestSource = 950;
/** What the server cannot start without. */
const requiredFiles = ["model.onnx", "classes.json", "preprocess.json"] as const;

/**
 * Tells an object's address, a key of the data bucket and a directory apart; `text` has no {@link modelSourceProblem}.
 *
 * @param kmsKeyArn of an object: KMS key of its bucket, where that is not the stack's own
 */
export function parseModelSource(text: string, kmsKeyArn?: string): ModelSource {
  const object = /^s3:\/\/([^/]+)\/(.+)$/.exec(text);
  if (object !== null) {
    return {
      kind: "object",
      bucket: object[1]!,
      key: object[2]!,
      ...(kmsKeyArn !== undefined && { kmsKeyArn }),
    };
  }
  if (text.endsWith(archiveName)) {
    return { kind: "data-bucket", key: text };
  }
  return { kind: "directory", path: path.resolve(projectRoot, text) };
}

/**
 * Why no model can come from `text`.
 *
 * @returns one sentence without its subject and full stop, or undefined when there is nothing wrong
 */
export function modelSourceProblem(text: string): string | undefined {
  if (text.trim() === "") {
    return "is empty; leave the key out to create no endpoint yet";
  }
  if (text.length > longestSource) {
    return `has ${text.length} characters; SageMaker takes addresses of at most 1024, so keep to ${longestSource}`;
  }
  if (/^[a-z0-9]+:\/\//i.test(text)) {
    return /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[^*?]+\.tar\.gz$/.test(text)
      ? undefined
      : "is not the address of a model.tar.gz in S3";
  }
  if (text.endsWith(archiveName)) {
    return /^models\/[^*?]+$/.test(text)
      ? undefined
      : "is neither in S3 nor under models/ in the data bucket; local models are given as a directory";
  }
  const directory = path.resolve(projectRoot, text);
  if (!fs.existsSync(directory) || !fs.statSync(directory).isDirectory()) {
    return "is not a directory";
  }
  const missing = requiredFiles.filter((file) => !fs.existsSync(path.join(directory, file)));
  return missing.length > 0 ? `has no ${missing.join(", no ")}` : undefined;
}
