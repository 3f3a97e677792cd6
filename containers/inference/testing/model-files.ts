import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onnxModel, type ModelShape } from "./onnx-model";

/** Red, green and blue photos are told apart; weights [3, classes]. */
export const colourWeights = [
  [0.01, -0.01, -0.01],
  [-0.01, 0.01, -0.01],
  [-0.01, -0.01, 0.01],
] as const;
export const colours = ["red", "green", "blue"] as const;

export interface ModelFiles {
  readonly model?: Buffer;
  readonly shape?: Partial<ModelShape>;
  /** Text of classes.json; null leaves the file out. */
  readonly classes?: string | null;
  readonly preprocess?: string | null;
}

/** Writes a model directory that tells colours apart, with whatever a test wants wrong in it. */
export function writeModelDirectory(files: ModelFiles = {}): string {
  const directory = temporaryDirectory("model");
  const model = files.model ?? onnxModel({ weights: colourWeights, ...files.shape });
  writeFileSync(join(directory, "model.onnx"), model);
  const { classes = JSON.stringify(colours) } = files;
  if (classes !== null) writeFileSync(join(directory, "classes.json"), classes);
  const { preprocess = JSON.stringify(preprocessOf(32)) } = files;
  if (preprocess !== null) writeFileSync(join(directory, "preprocess.json"), preprocess);
  return directory;
}

export function preprocessOf(crop: number) {
  return { version: 1, exif_orientation: true, resize: crop, crop, filter: "bilinear" };
}

const created: string[] = [];

/** An empty directory that `removeTemporaryDirectories` removes. */
export function temporaryDirectory(purpose: string): string {
  const directory = mkdtempSync(join(tmpdir(), `kennel-inference-test-${purpose}-`));
  created.push(directory);
  return directory;
}

export function removeTemporaryDirectories(): void {
  for (const directory of created.splice(0)) rmSync(directory, { recursive: true, force: true });
}
