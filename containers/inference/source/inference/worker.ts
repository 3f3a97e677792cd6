import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { MessageChannel, parentPort } from "node:worker_threads";
import type { InferenceSession } from "onnxruntime-node";
import { messageOf, StartupError } from "../errors";
import { Preprocessor } from "../photo/preprocess";
import { bytesOf } from "../photo/pixels";
import { inferEach } from "./batch";
import { optimisedName, type Job, type WorkerMessage, type WorkerTask } from "./messages";
import { checkSignature, infer, loadSession, otherClassCount } from "./session";

type InferTask = Extract<WorkerTask, { task: "infer" }>;

const port = parentPort!;

function send(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

const closedPort = new MessageChannel().port1;
closedPort.close();

/**
 * Frees a photo's bytes now. This thread makes so little garbage besides that V8 would let a hundred megabytes of them pile up; a
 * buffer that is transferred to a closed port is freed with its message.
 */
function release(buffer: ArrayBuffer): void {
  closedPort.postMessage(null, [buffer]);
}

async function writeOptimisedGraph(modelPath: string, target: string): Promise<void> {
  const temporary = `${target}.${process.pid}.partial`;
  await mkdir(temporary, { recursive: true });
  try {
    const session = await loadSession(modelPath, {
      provider: "cpu",
      threads: 1,
      isOptimised: false,
      optimisedPath: join(temporary, optimisedName),
    });
    await session.release();
    await rename(temporary, target).catch((error: unknown) => {
      // Unless another server on this machine was faster.
      if (!existsSync(join(target, optimisedName))) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

interface Opened {
  readonly session: InferenceSession;
  /** Why the optimised graph could not be used. */
  readonly damage?: string;
}

async function openSession(
  { modelPath, optimisedPath, provider }: InferTask,
  threads: number,
  spins: boolean,
): Promise<Opened> {
  const options = { provider, threads, spins };
  let damage: string | undefined;
  if (optimisedPath) {
    try {
      return { session: await loadSession(optimisedPath, { ...options, isOptimised: true }) };
    } catch (error) {
      damage = messageOf(error); // The model itself is the truth.
    }
  }
  const session = await loadSession(modelPath, { ...options, isOptimised: false });
  return { session, ...(damage && { damage }) };
}

/** Opens the sessions and gives what computes photos with them. */
async function prepare(task: InferTask): Promise<(job: Job) => Promise<void>> {
  const { classCount, modelPath } = task;
  const { crop } = task.preprocess;
  const { session, damage } = await openSession(task, task.threads, false);
  const takesMany = checkSignature(session, modelPath, { size: crop, classCount });
  const images = new Uint8Array(task.maxBatch * crop * crop * 3);
  const [logits] = await warmUp(() => infer(session, images, 1, crop), modelPath);
  if (logits!.length !== classCount) throw otherClassCount(modelPath, logits!.length, classCount);
  // Some graphs say that they take any number, and don't: the first batch will show it.
  const maxBatch = takesMany ? task.maxBatch : 1;
  const preprocessor = new Preprocessor(task.preprocess);
  const loneSession = await openLoneSession(task, damage !== undefined);
  if (loneSession) await infer(loneSession, images, 1, crop);
  send({ type: "ready", maxBatch, ...(damage && { damage }) });
  return async ({ photos, isAlone }) => {
    const chosen = isAlone && loneSession ? loneSession : session;
    const run = (tensor: Uint8Array, count: number) => infer(chosen, tensor, count, crop);
    const { outcomes, takesOneOnly } = await inferEach({ photos, images, preprocessor, crop, run });
    for (const photo of photos) release(bytesOf(photo).buffer as ArrayBuffer);
    const answers = outcomes.flatMap((outcome) =>
      "logits" in outcome ? [outcome.logits.buffer as ArrayBuffer] : [],
    );
    send({ type: "done", outcomes, takesOneOnly }, answers);
  };
}

/** A session for photos that come alone. It shares its weights with the others, but only where they are mapped. */
async function openLoneSession(
  task: InferTask,
  isDamaged: boolean,
): Promise<InferenceSession | undefined> {
  if (task.loneThreads === undefined || !task.optimisedPath || isDamaged) return undefined;
  return (await openSession(task, task.loneThreads, true)).session;
}

async function warmUp(run: () => Promise<Float32Array[]>, path: string): Promise<Float32Array[]> {
  try {
    return await run();
  } catch (error) {
    throw new StartupError(`${path} fails on a first, black photo (${messageOf(error)})`);
  }
}

let compute: ((job: Job) => Promise<void>) | undefined;

async function obey(order: WorkerTask | Job): Promise<void> {
  if ("photos" in order) return compute!(order);
  try {
    if (order.task === "infer") {
      compute = await prepare(order);
      return;
    }
    if (order.task === "optimise") {
      await writeOptimisedGraph(order.modelPath, order.target);
      send({ type: "ready", maxBatch: 1 });
    }
  } catch (error) {
    send({ type: "unusable", message: messageOf(error) });
  }
  port.close(); // Nothing else keeps this thread.
}

// Tasks come as messages, so that this program and ONNX Runtime are loaded while the main thread still reads the settings and the
// model. They are done one after the other: photos share the tensor's memory, and the last of them, to end, must not come in the
// middle of another.
let last = Promise.resolve();
port.on("message", (order: WorkerTask | Job) => {
  last = last.then(() => obey(order));
});
