import { InferenceSession, Tensor } from "onnxruntime-node";
import { messageOf, StartupError } from "../errors";

export interface SessionOptions {
  /** Threads that the session computes with. */
  readonly threads: number;
  /** Whether ONNX Runtime still has to optimise the graph. */
  readonly optimise: boolean;
  /** Where to write the optimised graph. */
  readonly optimisedPath?: string;
}

// A thread that spins while it waits takes a core from decoding, from the server and from its neighbours.
const noSpinning = { session: { intra_op: { allow_spinning: "0" } } };

/** Loads a graph on the CPU. */
export async function loadSession(path: string, options: SessionOptions) {
  try {
    return await InferenceSession.create(path, {
      executionProviders: ["cpu"],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: options.optimise ? "all" : "disabled",
      logSeverityLevel: 4,
      extra: noSpinning,
      ...(options.optimisedPath && { optimizedModelFilePath: options.optimisedPath }),
    });
  } catch (error) {
    throw new StartupError(`${path} can't be loaded as an ONNX model (${messageOf(error)})`);
  }
}

const contract = "a uint8 input `image` [N, H, W, 3] and a float32 output `logits` [N, classes]";

/**
 * Checks a graph's inputs and outputs against the model directory.
 * @param size height and width of the tensor, in pixels
 * @throws StartupError saying what the graph has and what is expected
 */
export function checkSignature(
  session: InferenceSession,
  path: string,
  expected: { readonly size: number; readonly classCount: number },
): void {
  const { size, classCount } = expected;
  const input = session.inputMetadata.find(({ name }) => name === "image");
  const output = session.outputMetadata.find(({ name }) => name === "logits");
  if (session.inputMetadata.length !== 1 || !input || !output) {
    const names = (list: readonly string[]) => list.join(", ") || "none";
    throw new StartupError(
      `${path} has the inputs ${names(session.inputNames)} and the outputs ${names(session.outputNames)}: expected ${contract}`,
    );
  }
  if (!matches(input, "uint8", [1, size, size, 3])) {
    throw new StartupError(
      `${path} has the input ${describe(input)}: expected image uint8 [N, ${size}, ${size}, 3], as the crop in preprocess.json says`,
    );
  }
  const classes = output.isTensor ? output.shape.at(-1) : undefined;
  if (typeof classes === "number" && classes !== classCount) {
    throw new StartupError(
      `${path} has ${classes} outputs, but classes.json beside it names ${classCount} classes: the two must come from the same training`,
    );
  }
  if (!matches(output, "float32", [1, classCount])) {
    throw new StartupError(
      `${path} has the output ${describe(output)}: expected logits float32 [N, ${classCount}]`,
    );
  }
}

type Metadata = InferenceSession.ValueMetadata;

/** Whether a tensor of this type and shape fits; a dimension with a name fits anything. */
function matches(metadata: Metadata, type: Tensor.Type, shape: readonly number[]): boolean {
  if (!metadata.isTensor || metadata.type !== type) return false;
  if (metadata.shape.length !== shape.length) return false;
  return metadata.shape.every((size, axis) => typeof size === "string" || size === shape[axis]);
}

function describe(metadata: Metadata): string {
  if (!metadata.isTensor) return `${metadata.name} (not a tensor)`;
  const shape = metadata.shape.map((size) => (size === "" ? "?" : size)).join(", ");
  return `${metadata.name} ${metadata.type} [${shape}]`;
}

/**
 * One inference.
 * @param image uint8 [size, size, 3]
 * @returns logits float32 [classes]
 */
export async function infer(
  session: InferenceSession,
  image: Uint8Array,
  size: number,
): Promise<Float32Array> {
  const results = await session.run({ image: new Tensor("uint8", image, [1, size, size, 3]) });
  // A copy: the tensor's own memory belongs to ONNX Runtime and can't be transferred.
  return Float32Array.from(results.logits!.data as Float32Array);
}
