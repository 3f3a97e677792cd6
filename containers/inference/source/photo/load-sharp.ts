import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import type { default as Sharp } from "sharp";

const stateName = "kennel.sharp";
const [untouched, inProgress, configured] = [0, 1, 2] as const;

/** Longer than loading takes. A worker that was ended meanwhile would otherwise hold up all others for ever. */
const longestConfigurationMs = 5000;

/**
 * How far the process is with configuring libvips: one number, shared by the threads started after this module is first imported.
 */
function sharedState(): Int32Array {
  let memory = getEnvironmentData(stateName) as SharedArrayBuffer | undefined;
  if (!memory) {
    memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    setEnvironmentData(stateName, memory);
  }
  return new Int32Array(memory);
}

const state = sharedState();
let loaded: typeof Sharp | undefined;

/**
 * sharp, which is loaded for the first photo that needs it. libvips and its settings belong to the process, not to the thread:
 * they are set by the first thread only, before any other decodes.
 */
export function loadSharp(): typeof Sharp {
  if (loaded) return loaded;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Ordinary JPEG files do without it, and so does the start.
  const sharp = require("sharp") as typeof Sharp;
  if (Atomics.compareExchange(state, 0, untouched, inProgress) === inProgress) {
    Atomics.wait(state, 0, inProgress, longestConfigurationMs);
  }
  if (Atomics.load(state, 0) !== configured) {
    configure(sharp);
    Atomics.store(state, 0, configured);
    Atomics.notify(state, 0);
  }
  loaded = sharp;
  return sharp;
}

function configure(sharp: typeof Sharp): void {
  // One photo at a time a thread: parallelism comes from the workers. The cache would only hold photos nobody asks for again.
  sharp.concurrency(1);
  sharp.cache(false);
  // libvips itself refuses every format but these three, whatever the check of the first bytes lets through. Between the two
  // calls it refuses them all.
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({
    operation: ["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp"],
  });
}
