/** Attacks the real server for as long as one likes: `npx ts-node bench/serving/fuzz.ts --seconds 180 --seed 1`. */
import { parseArgs } from "node:util";

import { FuzzedServer, fuzzPhotos } from "../../containers/inference/testing/fuzzed-server";
import type { Finding } from "../../containers/inference/testing/fuzzer";
import { removeTemporaryDirectories } from "../../containers/inference/testing/model-files";
import { processMemory } from "./servers";

const BATCH = 100;
const SHOWN_FINDINGS = 20;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "180" },
      seed: { type: "string", default: "1" },
    },
  });
  const photos = fuzzPhotos();
  const server = await FuzzedServer.start();
  const findings: Finding[] = [];
  const statuses: Record<string, number> = {};
  const memory: number[] = [];
  const until = Date.now() + Number(values.seconds) * 1000;
  let seed = Number(values.seed);
  try {
    while (Date.now() < until) {
      const seeds = Array.from({ length: BATCH }, () => seed++);
      const result = await server.attack(photos, seeds);
      findings.push(...result.findings);
      for (const [status, count] of Object.entries(result.statuses)) {
        statuses[status] = (statuses[status] ?? 0) + count;
      }
      memory.push(Math.round(processMemory(server.id)));
    }
  } finally {
    await server.stop();
    removeTemporaryDirectories();
  }
  const shown = { attacks: memory.length * BATCH, statuses, findings: findings.length };
  const tenth = memory[Math.floor(memory.length / 10)];
  console.log(
    JSON.stringify({ ...shown, megabytes: { afterATenth: tenth, atTheEnd: memory.at(-1) } }),
  );
  for (const finding of findings.slice(0, SHOWN_FINDINGS)) console.log(JSON.stringify(finding));
  process.exitCode = findings.length > 0 ? 1 : 0;
}

void main();
