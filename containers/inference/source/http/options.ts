import type { Classifier } from "../classifier";
import type { EmbeddedMetrics } from "../embedded-metrics";
import { RequestError } from "../errors";
import type { Metrics } from "../metrics";
import type { Settings } from "../settings";
import type { FetchPhoto } from "./records";

export interface ServerOptions {
  readonly settings: Settings;
  readonly classifier: Classifier;
  /** Why /ping must answer 503 now; undefined if photos can be classified. */
  readonly notReadyReason: () => string | undefined;
  /** Whether connections are to be closed after the next answer. */
  readonly isStopping: () => boolean;
  /** Where log lines go. */
  readonly log: { readonly write: (line: string) => void };
  /** What CloudWatch is to see, where that is wanted. */
  readonly embeddedMetrics?: EmbeddedMetrics;
  /** Fetches a photo by its address, where that is enabled. */
  readonly fetchPhoto?: FetchPhoto;
}

export interface RouteOptions extends ServerOptions {
  readonly metrics: Metrics;
}

/** @throws RequestError 503 if no photo can be classified now */
export function checkReady({ notReadyReason }: ServerOptions): void {
  const reason = notReadyReason();
  if (reason) throw new RequestError("not_ready", `Not ready: ${reason}.`);
}
