import type { Classifier } from "../classifier";
import type { Metrics } from "../metrics";
import type { Settings } from "../settings";
import type { FetchPhoto } from "./records";

export interface InvocationsOptions {
  readonly settings: Settings;
  readonly classifier: Classifier;
  readonly metrics: Metrics;
  readonly notReadyReason: () => string | undefined;
  readonly fetchPhoto?: FetchPhoto;
}
