import { MessageChannel, parentPort, workerData } from "node:worker_threads";
import { rename } from "node:fs/promises";
import { messageOf, StartupError } from "../errors";
import { Resizer } from "../photo/resize";
import type { Job, WorkerMessage, WorkerTask } from "./messages";
import { checkSignature, infer, loadSession } from "./session";

type InferTask = Extract<WorkerTask, { task: "infer" }>;

const port = parentPort!;

function send(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

const closedPort = new MessageChannel().port1;
closedPort.close();

/**
 * Frees a photo's pixels now. This thread makes so little garbage besides that V8 would let hundreds of megabytes of them pile up; a buffer that is
 * transferred to a closed port is freed with its message.
 */
function release(buffer: ArrayBuffer): void {
  closedPort.postMessage(null, [buffer]);
}

async function writeOptimisedGraph(modelPath: string, target: string): Promise<void> {
  const temporary = `${target}.${process.pid}.partial`;
  const session = await loadSession(modelPath, {
    threads: 1,
    optimise: true,
    optimisedPath: temporary,
  });
  await session.release();
  await rename(temporary, target);
}

async function openSession(task: InferTask) {
  const { modelPath, optimisedPath, threads } = task;
  if (optimisedPath) {
    try {
      return await loadSession(optimisedPath, { threads, optimise: false });
    } catch {
      // The cached file is gone or damaged: the model itself is the truth.
    }
  }
  return loadSession(modelPath, { threads, optimise: true });
}

async function serve(task: InferTask): Promise<void> {
  const { crop } = task.sizes;
  const session = await openSession(task);
  checkSignature(session, task.modelPath, { size: crop, classCount: task.classCount });
  const image = new Uint8Array(crop * crop * 3);
  const resizer = new Resizer(task.sizes);
  const answer = async ({ id, pixels }: Job): Promise<void> => {
    try {
      const startedAt = performance.now();
      resizer.resizeAndCrop(pixels, image);
      release(pixels.data.buffer as ArrayBuffer);
      const resizedAt = performance.now();
      const logits = await infer(session, image, crop);
      const inferenceMs = performance.now() - resizedAt;
      const inference = { logits, resizeMs: resizedAt - startedAt, inferenceMs };
      send({ type: "done", id, inference }, [logits.buffer as ArrayBuffer]);
    } catch (error) {
      send({ type: "failed", id, message: messageOf(error) });
    }
  };
  const logits = await warmUp(() => infer(session, image, crop), task.modelPath);
  if (logits.length !== task.classCount) {
    throw new StartupError(
      `${task.modelPath} has ${logits.length} outputs, but classes.json beside it names ${task.classCount} classes: the two must come from the same training`,
    );
  }
  port.on("message", (job: Job) => void answer(job));
  send({ type: "ready" });
}

async function warmUp(run: () => Promise<Float32Array>, path: string): Promise<Float32Array> {
  try {
    return await run();
  } catch (error) {
    throw new StartupError(`${path} fails on a first, black photo (${messageOf(error)})`);
  }
}

async function main(task: WorkerTask): Promise<void> {
  try {
    if (task.task === "infer") {
      await serve(task);
    } else {
      await writeOptimisedGraph(task.modelPath, task.target);
      send({ type: "ready" });
    }
  } catch (error) {
    send({ type: "unusable", message: messageOf(error) });
  }
}

void main(workerData as WorkerTask);
