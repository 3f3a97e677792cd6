import { Logger } from "@aws-lambda-powertools/logger";
import { fetchPhoto } from "@kennel/fetch-photo";

import { createHandler, type Handler } from "./handler";
import { createMeasure } from "./measurements";
import { createRuntimeClient } from "./runtime-client";
import { readSettings } from "./settings";

const settings = readSettings(process.env);

/** The Lambda function's entry point. */
export const handler: Handler = createHandler({
  settings,
  runtimeClient: createRuntimeClient(settings.endpointTimeoutMs),
  fetchPhoto,
  log: new Logger({ serviceName: process.env["POWERTOOLS_SERVICE_NAME"] ?? "kennel-classify" }),
  measure: createMeasure(settings.endpointName, process.env),
});
