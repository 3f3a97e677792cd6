import path from "node:path";

import pc from "picocolors";

import { stopSignal } from "../child-processes";
import { requireFreePort } from "../free-port";
import { count } from "../output/quantities";
import { step } from "../output/progress";
import { previewRepository } from "../preview/preview-repository";
import { renderPreview } from "../preview/report";
import { POLICY_PACK } from "../repository";
import { renderClassifications } from "./classification-table";
import { classifyPhotos, loadFunction } from "./function";
import { InferenceServer } from "./inference-server";
import { describeModel } from "./model";
import { type PageContent, startPage } from "./page";
import { type Photo, readPhotos } from "./photos";
import { startRuntime } from "./runtime-endpoint";

/** What a local run is told; the command line's options. */
export interface LocalRun {
  readonly once?: boolean;
  readonly photo?: readonly string[];
  readonly model: string;
  readonly port: number;
  readonly stack: string;
}

const ENDPOINT_NAME = "kennel-local";

/**
 * Photo -> Lambda handler -> AWS SDK -> SageMaker's runtime API on loopback -> inference server -> answer,
 * beside the offline preview of the stack that would run the same in the cloud. What is wrong with the options is said
 * before anything is started.
 */
export async function runLocally(run: LocalRun): Promise<void> {
  const photos = readPhotos(run.photo);
  const model = describeModel(run.model);
  if (run.once !== true) {
    await requireFreePort(run.port);
  }
  const server = await step("Starting the inference server", () =>
    InferenceServer.launch(path.resolve(run.model)),
  );
  try {
    const ready = server.ready();
    const [preview] = await step(
      `Checking the stack "${run.stack}" with the policy pack`,
      // A model that does not load ends the run at once, and not after the judgement.
      () => Promise.all([previewRepository({ stack: run.stack, policyPack: POLICY_PACK }), ready]),
    );
    console.log(`\n${renderPreview(preview)}\n`);
    const endpoint = await startRuntime({ [ENDPOINT_NAME]: server.url });
    try {
      const classify = await step("Building the Lambda function", () =>
        loadFunction({ endpointName: ENDPOINT_NAME, runtimeUrl: endpoint.url }),
      );
      await classifyAndStay(run, { preview, model, classify }, photos);
    } finally {
      await endpoint.stop();
    }
  } finally {
    await server.stop();
  }
}

async function classifyAndStay(
  run: LocalRun,
  content: PageContent,
  photos: readonly Photo[],
): Promise<void> {
  const results = await step(`Classifying ${count(photos.length, "photo")}`, () =>
    classifyPhotos(content.classify, photos),
  );
  console.log(`\n${renderClassifications(results)}\n`);
  if (
    content.preview.verdict === "fail" ||
    results.some((result) => result.answer.kind === "refused")
  ) {
    process.exitCode = 1;
  }
  if (run.once === true) {
    return;
  }
  const page = await startPage(run.port, content);
  console.log(`Drop a photo on ${pc.bold(page.url)}  (Ctrl+C stops)`);
  try {
    await stopSignal();
  } finally {
    await page.stop();
  }
}
