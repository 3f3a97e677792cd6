import { fetchPhoto } from "@kennel/fetch-photo";
import { PhotoError } from "@kennel/fetch-photo/photo-error";
import { Admission } from "../admission";
import { RequestError } from "../errors";
import type { Settings } from "../settings";
import type { FetchPhoto } from "./records";

/** Photos fetched at once; waiting for a stranger's server must not take a place from photos that are here. */
const concurrentFetches = 16;

/** Fetches photos by URL, from public addresses only, with their own bounded queue. */
export function photoFetcher(settings: Settings): FetchPhoto {
  const admission = new Admission({ inWork: concurrentFetches, inFlight: settings.maxInFlight });
  return async (url, signal) => {
    const leave = await admission.enter(signal);
    try {
      const options = { maxBytes: settings.maxBodyBytes, timeoutMs: settings.deadlineMs, signal };
      return (await fetchPhoto(url, options)).bytes;
    } catch (error) {
      if (!(error instanceof PhotoError)) throw error;
      const { code, message, statusCode: status, retryAfterSeconds } = error;
      throw new RequestError(code, message, { status, retryAfterSeconds });
    } finally {
      leave();
    }
  };
}
