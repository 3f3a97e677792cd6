import { randomUUID } from "node:crypto";

import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { CaptureContentTypeHeader, DataCaptureConfig } from "@aws-sdk/client-sagemaker";

import { inBucket } from "../../aws/s3-address";
import type { Inference, Invocation } from "./invocation";

const FLUSH_MILLISECONDS = 1000;

/**
 * Writes what endpoints are asked and answer into S3, as JSON lines.
 *
 * Source: SageMaker developer guide, "Capture data" and "Interpret captured data".
 */
export class DataCapture {
  /** By the place in S3: how many hundredths of a request are to be captured still. */
  private readonly owed = new Map<string, number>();
  private readonly lines = new Map<string, string[]>();

  constructor(private readonly s3: S3Client) {}

  /** Captures a request where it is its turn: as often as the sampling percentage says, and not by chance. */
  add(config: DataCaptureConfig, invocation: Invocation, answer: Inference): void {
    const { EnableCapture = true, InitialSamplingPercentage = 0, DestinationS3Uri } = config;
    const place = `${DestinationS3Uri!.replace(/\/$/, "")}/${invocation.endpointName}/${answer.variantName}`;
    const owed = (this.owed.get(place) ?? 0) + InitialSamplingPercentage;
    this.owed.set(place, owed % 100);
    if (!EnableCapture || owed < 100) {
      return;
    }
    if (this.lines.size === 0) {
      setTimeout(() => void this.flush(), FLUSH_MILLISECONDS).unref();
    }
    const line = JSON.stringify(eventOf(config, invocation, answer));
    this.lines.set(place, [...(this.lines.get(place) ?? []), line]);
  }

  private async flush(): Promise<void> {
    const found = [...this.lines];
    this.lines.clear();
    for (const [place, lines] of found) {
      await this.put(place, lines).catch(() => undefined);
    }
  }

  private async put(place: string, lines: readonly string[]): Promise<void> {
    const [, day, hour, rest] = /^(.*)T(\d\d):(.*)Z$/.exec(new Date().toISOString())!;
    const name = `${rest!.replace(/[:.]/g, "-")}-${randomUUID()}.jsonl`;
    const object = inBucket(`${place}/${day!.replaceAll("-", "/")}/${hour}/${name}`);
    await this.s3.send(new PutObjectCommand({ ...object, Body: `${lines.join("\n")}\n` }));
  }
}

function eventOf(
  { CaptureOptions = [], CaptureContentTypeHeader: headers = {} }: DataCaptureConfig,
  { headers: { "content-type": asked = "" }, body, inferenceId }: Invocation,
  answer: Inference,
): unknown {
  const captures = (mode: string): boolean =>
    CaptureOptions.some(({ CaptureMode }) => CaptureMode!.includes(mode));
  return {
    captureData: {
      ...(captures("Input") && { endpointInput: side("INPUT", asked, body, headers) }),
      ...(captures("Output") && {
        endpointOutput: side("OUTPUT", answer.contentType, answer.body, headers),
      }),
    },
    eventMetadata: {
      eventId: randomUUID(),
      ...(answer.customAttributes !== undefined && { customAttributes: [answer.customAttributes] }),
      ...(inferenceId !== undefined && { inferenceId }),
      inferenceTime: `${new Date().toISOString().slice(0, 19)}Z`,
    },
    eventVersion: "0",
  };
}

function side(
  mode: "INPUT" | "OUTPUT",
  observedContentType: string,
  body: Buffer,
  { CsvContentTypes = [], JsonContentTypes = [] }: CaptureContentTypeHeader,
): unknown {
  const [type = ""] = observedContentType.split(";");
  const encoding = CsvContentTypes.includes(type)
    ? "CSV"
    : JsonContentTypes.includes(type)
      ? "JSON"
      : "BASE64";
  const data = body.toString(encoding === "BASE64" ? "base64" : "utf8");
  return { observedContentType, mode, data, encoding };
}
