import { InferenceSession, Tensor } from "onnxruntime-node";
import { messageOf, StartupError } from "../errors";
import type { ExecutionProvider } from "./messages";

export interface SessionOptions {
  readonly provider: ExecutionProvider;
  /** Threads that the session computes with. */
  readonly threads: number;
  /** Whether threads wait for work actively for a moment, which is faster where nobody else wants the cores. @default false */
  readonly spins?: boolean;
  /** Whether the graph is optimised already. */
  readonly isOptimised: boolean;
  /** Where to write the optimised graph; its weights are put beside it. */
  readonly optimisedPath?: string;
}

// A thread that spins while it waits takes a core from decoding, from the server and from its neighbours.
const noSpinning = { intra_op: { allow_spinning: "0" } };

/**
 * Weights in a separate file are mapped into memory: one copy serves all sessions, and nobody waits until it is read. ONNX
 * Runtime aligns them in it, which its own .ort format does not: vectors that begin anywhere cost 3 % of the speed.
 */
const weightsApart = {
  optimized_model_external_initializers_file_name: "weights",
  optimized_model_external_initializers_min_size_in_bytes: "1024",
};

/**
 * Loads a graph.
 * @throws StartupError if it can't be loaded
 */
export async function loadSession(path: string, options: SessionOptions) {
  const { provider, threads, isOptimised, optimisedPath } = options;
  const session = {
    ...(options.spins ? { force_spinning_stop: "1" } : noSpinning),
    ...(optimisedPath && weightsApart),
  };
  try {
    return await InferenceSession.create(path, {
      executionProviders: provider === "cpu" ? ["cpu"] : [provider, "cpu"],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: isOptimised ? "disabled" : "all",
      logSeverityLevel: 4,
      extra: { session },
      ...(optimisedPath && { optimizedModelFilePath: optimisedPath }),
    });
  } catch (error) {
    if (provider !== "cpu" && /provider|CUDA/i.test(messageOf(error))) {
      throw new StartupError(
        `KENNEL_EXECUTION_PROVIDER=${provider} can't be used (${messageOf(error)}): install ONNX Runtime's ${provider} libraries and drivers, or set cpu`,
      );
    }
    throw new StartupError(`${path} can't be loaded as an ONNX model (${messageOf(error)})`);
  }
}

const contract = "a uint8 input `image` [N, H, W, 3] and a float32 output `logits` [N, classes]";

/**
 * Checks a graph's inputs and outputs against the model directory.
 * @param expected `size` is the height and width of the tensor, in pixels
 * @returns whether it takes several photos at once: its first dimension is not fixed
 * @throws StartupError saying what the graph has and what is expected
 */
export function checkSignature(
  session: InferenceSession,
  path: string,
  expected: { readonly size: number; readonly classCount: number },
): boolean {
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
    throw otherClassCount(path, classes, classCount);
  }
  if (!matches(output, "float32", [1, classCount])) {
    throw new StartupError(
      `${path} has the output ${describe(output)}: expected logits float32 [N, ${classCount}]`,
    );
  }
  return input.isTensor && typeof input.shape[0] === "string";
}

/** The graph has another number of outputs than classes.json has names. */
export function otherClassCount(path: string, outputs: number, classCount: number): StartupError {
  return new StartupError(
    `${path} has ${outputs} outputs, but classes.json beside it names ${classCount} classes: the two must come from the same training`,
  );
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
 * @param images uint8 [at least count, size, size, 3]
 * @returns logits float32 [classes] of each image
 * @throws an Error if the graph gives logits of another number of images, as one does that was exported for a single image
 */
export async function infer(
  session: InferenceSession,
  images: Uint8Array,
  count: number,
  size: number,
): Promise<Float32Array[]> {
  const pixels = images.subarray(0, count * size * size * 3);
  const image = new Tensor("uint8", pixels, [count, size, size, 3]);
  const { logits } = await session.run({ image });
  const [rows] = logits!.dims;
  if (rows !== count) throw new Error(`the model gave ${rows} answers to ${count} photos`);
  const data = logits!.data as Float32Array;
  const classes = data.length / count;
  // Copies: the tensor's own memory belongs to ONNX Runtime and can't be transferred.
  return Array.from({ length: count }, (_, index) =>
    Float32Array.from(data.subarray(index * classes, (index + 1) * classes)),
  );
}
