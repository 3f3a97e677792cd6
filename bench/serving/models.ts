import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

import { ensurePythonEnvironment, PYTHON } from "../../scripts/python-environment";

/** What the network computes with. */
export const PRECISIONS = ["fp32", "int8"] as const;
export type Precision = (typeof PRECISIONS)[number];

/**
 * Makes a model directory with a ResNet50 of random weights, as the training scripts export it, and reuses it.
 * @param photos folder with the JPEG files that decide the ranges of INT8
 * @returns the directory
 */
export function ensureModel(parent: string, precision: Precision, photos: string): string {
  const directory = path.join(parent, precision);
  if (existsSync(path.join(directory, "model.onnx"))) return directory;
  const source =
    precision === "int8"
      ? ["--int8-of", ensureModel(parent, "fp32", photos), "--photos", photos]
      : [];
  ensurePythonEnvironment();
  console.log(`Exporting a ResNet50 with random weights (${precision})`);
  const program = path.join(__dirname, "make_model.py");
  execFileSync(PYTHON, [program, directory, ...source], { stdio: ["ignore", "ignore", "inherit"] });
  return directory;
}
