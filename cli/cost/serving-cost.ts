import os from "node:os";

import { hourlyPrice, type PriceTables, shippedPrices } from "../../packages/aws-facts/prices";
import { InferenceServer } from "../local/inference-server";
import { type Photo, readPhotos } from "../local/photos";
import { Refusal } from "../output/failure";

/** A model's measured rate on this machine. */
export interface MeasuredRate {
  readonly photosPerSecond: number;
  /** Processors of this machine. */
  readonly processors: number;
  readonly requests: number;
  readonly seconds: number;
}

/** What an instance would serve, and for how much. */
export interface ServingCost {
  readonly instanceType: string;
  readonly vCpus: number;
  readonly dollarsPerHour: number;
  readonly photosPerSecond: number;
  readonly dollarsPerMillion: number;
}

/** Serves the model on this machine and asks it for photos without a pause, from as many connections as keep it busy. */
export async function measureRate(
  modelDirectory: string,
  seconds: number,
  files?: readonly string[],
): Promise<MeasuredRate> {
  const photos = readPhotos(files);
  const processors = os.availableParallelism();
  const server = InferenceServer.launch(modelDirectory);
  try {
    await server.ready();
    // The first second warms up, and does not count.
    await load(server.url, photos, processors * 4, 1);
    const requests = await load(server.url, photos, processors * 4, seconds);
    return { photosPerSecond: requests / seconds, processors, requests, seconds };
  } finally {
    await server.stop();
  }
}

async function load(
  url: string,
  photos: readonly Photo[],
  connections: number,
  seconds: number,
): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let answered = 0;
  const ask = async (first: number): Promise<void> => {
    for (let next = first; performance.now() < end; next += 1) {
      const { name, bytes, contentType } = photos[next % photos.length]!;
      const response = await fetch(`${url}/invocations`, {
        method: "POST",
        headers: { "Content-Type": contentType },
        body: new Uint8Array(bytes),
      });
      const answer = await response.text();
      if (!response.ok) {
        throw new Refusal(`the server refused ${name} (${response.status}): ${answer}`);
      }
      answered += performance.now() < end ? 1 : 0;
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => ask(index)));
  return answered;
}

/** Families without a GPU whose vCPU does about what a processor of the measured machine does. */
const FAMILIES = ["c5", "c6i", "c7i", "m5", "m7i", "c6g", "c7g", "c8g"] as const;

/** vCPUs by size (EC2's instance type tables; the same in all of these families). */
const V_CPUS = { large: 2, xlarge: 4, "2xlarge": 8, "4xlarge": 16 } as const;

/**
 * What instances would serve for: the rate measured here, times their vCPUs over this machine's processors. That is a rule of
 * thumb: a vCPU may be up to half or twice as fast. The cheapest first.
 */
export function servingCosts(
  { photosPerSecond, processors }: MeasuredRate,
  region: string,
  tables: PriceTables = shippedPrices,
): ServingCost[] {
  return FAMILIES.flatMap((family) =>
    Object.entries(V_CPUS).flatMap(([size, vCpus]): ServingCost[] => {
      const instanceType = `ml.${family}.${size}`;
      const price = hourlyPrice("hosting", instanceType, region, tables);
      if (price === undefined) {
        return [];
      }
      const rate = (photosPerSecond * vCpus) / processors;
      const dollarsPerMillion = (price.dollars / 3600 / rate) * 1e6;
      return [
        {
          instanceType,
          vCpus,
          dollarsPerHour: price.dollars,
          photosPerSecond: rate,
          dollarsPerMillion,
        },
      ];
    }),
  ).sort(
    (left, right) =>
      left.dollarsPerMillion - right.dollarsPerMillion ||
      left.dollarsPerHour - right.dollarsPerHour,
  );
}
