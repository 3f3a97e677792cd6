import { readFileSync, statSync, type Stats } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { messageOf, StartupError } from "./errors";
import type { Preprocessing } from "./photo/pixels";

const classesSchema = z
  .array(z.string().min(1))
  .min(1)
  .refine((names) => new Set(names).size === names.length, "a class name appears twice");

const preprocessSchema = z
  .object({
    version: z.literal(1),
    exif_orientation: z.boolean(),
    decode: z.enum(["full", "reduced"]).default("full"),
    resize: z.int().min(8).max(4096).optional(),
    crop: z.int().min(1).max(4096),
    filter: z.literal("bilinear"),
  })
  .transform(({ exif_orientation, decode, resize, crop }) => ({
    exifOrientation: exif_orientation,
    isReduced: decode === "reduced",
    resize: resize ?? Math.round((crop * 256) / 224),
    crop,
  }))
  .refine(({ resize, crop }) => crop <= resize, "crop must not be larger than resize");

export interface ModelDirectory {
  /** Path of model.onnx. */
  readonly modelPath: string;
  /** Class names in the order of the model's outputs. */
  readonly classes: readonly string[];
  readonly preprocess: Omit<Preprocessing, "maxPixels">;
}

const contract = "a model directory holds model.onnx, classes.json and preprocess.json";

/**
 * Reads and checks a model directory; the graph itself is checked by the workers that load it.
 * @throws StartupError naming the file that is missing or wrong and what is expected of it
 */
export function readModelDirectory(directory: string): ModelDirectory {
  const stats = statOf(directory);
  if (!stats?.isDirectory()) {
    throw new StartupError(
      `${directory} ${stats ? "is not a directory" : "does not exist"}: set SM_MODEL_DIR to a model directory (${contract})`,
    );
  }
  const modelPath = join(directory, "model.onnx");
  const model = statOf(modelPath);
  if (!model?.isFile()) throw new StartupError(`${modelPath} is missing: ${contract}`);
  if (model.size === 0) {
    throw new StartupError(`${modelPath} is empty (0 bytes): expected an ONNX model`);
  }
  return {
    modelPath,
    classes: readJson(
      join(directory, "classes.json"),
      classesSchema,
      'a JSON array of class names in output order, for example ["beagle", "pug"]',
    ),
    preprocess: readJson(
      join(directory, "preprocess.json"),
      preprocessSchema,
      '{"version": 1, "exif_orientation": true, "decode": "reduced", "resize": 256, "crop": 224, "filter": "bilinear"} or the like',
    ),
  };
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function readJson<T>(path: string, schema: z.ZodType<T>, expected: string): T {
  if (!statOf(path)?.isFile()) {
    throw new StartupError(`${path} is missing: expected ${expected}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new StartupError(`${path} can't be read (${messageOf(error)}): expected ${expected}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const where = issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  throw new StartupError(`${path} is wrong (${where}${issue.message}): expected ${expected}`);
}
