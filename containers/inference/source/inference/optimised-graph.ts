import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, realpath, rm, stat } from "node:fs/promises";
import { arch, cpus } from "node:os";
import { dirname, join } from "node:path";
import type { Worker } from "node:worker_threads";
import { env } from "onnxruntime-node";
import { optimisedName, type WorkerMessage, type WorkerTask } from "./messages";

/** Graphs kept in the cache directory; older ones are removed. */
const keptGraphs = 4;

/**
 * The path of the model's graph as ONNX Runtime optimised it for this processor; it is made first where it is not there yet. The
 * sessions map the weights beside it, so that they start at once and have one copy of them. A separate worker makes it, so that
 * its memory is given back.
 * @throws an Error if the graph can't be made or kept, which costs the cache and not the server
 */
export async function optimisedGraph(
  modelPath: string,
  cacheDirectory: string,
  startWorker: () => Worker,
): Promise<string> {
  await mkdir(cacheDirectory, { recursive: true, mode: 0o700 });
  const { uid } = await stat(cacheDirectory);
  if (process.getuid && uid !== process.getuid()) {
    throw new Error(`${cacheDirectory} belongs to another user`);
  }
  const target = join(cacheDirectory, await folderName(modelPath));
  const path = join(target, optimisedName);
  if (await exists(path)) return path;
  const worker = startWorker();
  worker.postMessage({ task: "optimise", modelPath, target } satisfies WorkerTask);
  const [message] = (await once(worker, "message")) as [WorkerMessage];
  // Full or too small a disk, most likely. If it is the model, those who load it next will say so.
  if (message.type === "unusable") throw new Error(message.message);
  await removeOldGraphs(cacheDirectory);
  return path;
}

/**
 * Removes a graph that could not be loaded, so that the next start makes a new one.
 * @param path what {@link optimisedGraph} gave
 */
export async function discardGraph(path: string): Promise<void> {
  await rm(dirname(path), { recursive: true, force: true });
}

/**
 * Changes with the processor's instruction set, the model file and the version of ONNX Runtime: `x64-<instruction
 * set>-<model>.graph`.
 */
async function folderName(modelPath: string): Promise<string> {
  const path = await realpath(modelPath);
  const { size, mtimeMs, ctimeMs, ino } = await stat(path);
  const processor = digest([cpus()[0]?.model, await instructionSet()]).slice(0, 8);
  const model = digest([path, size, mtimeMs, ctimeMs, ino, env.versions]).slice(0, 24);
  return `${arch()}-${processor}-${model}.graph`;
}

function digest(values: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(values)).digest("hex");
}

async function instructionSet(): Promise<string> {
  try {
    const description = await readFile("/proc/cpuinfo", "utf8");
    return /^(flags|Features)\s*:.*$/m.exec(description)?.[0] ?? "";
  } catch {
    return ""; // Not Linux: the processor's name has to do.
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size > 0;
  } catch {
    return false;
  }
}

async function removeOldGraphs(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".graph"));
  const graphs = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      return { path, modified: (await stat(path)).mtimeMs };
    }),
  );
  const old = graphs.sort((a, b) => b.modified - a.modified).slice(keptGraphs);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}
