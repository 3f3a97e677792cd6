import { fetchPhoto } from "@kennel/fetch-photo";
import { PhotoError } from "@kennel/fetch-photo/photo-error";
import { Admission } from "../admission";
import { RequestError } from "../errors";
import type { Settings } from "../settings";
import type { FetchPhoto } from "./records";

/**
 * Fetches photos by URL, from public addresses only. They are counted apart: waiting for a stranger's server must not take a
 * place from photos that are here.
 */
export function photoFetcher(settings: Settings): FetchPhoto {
  const admission = new Admission(settings.maxInFlight);
  return async (url, signal) => {
    admission.check();
    try {
      const options = { maxBytes: settings.maxBodyBytes, timeoutMs: settings.deadlineMs, signal };
      return (await admission.admit(() => fetchPhoto(url, options))).bytes;
    } catch (error) {
      if (!(error instanceof PhotoError)) throw error;
      const { code, message, statusCode: status, retryAfterSeconds } = error;
      throw new RequestError(code, message, { status, retryAfterSeconds });
    }
  };
}
