import { rulesOf, type FetchPhotoOptions, type PhotoUrlOptions, type Rules } from "./options";
import { PhotoError } from "./photo-error";
import { describeUrl, parsePhotoUrl } from "./photo-url";
import { readPhoto, type Photo } from "./read-photo";
import { requestPhoto, type RequestRules } from "./request-photo";

export type { FetchPhotoOptions, PhotoUrlOptions };

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** The photo's host has too much to do, or its servers do: the same request may be answered later. */
const BUSY = new Set([429, 502, 503, 504]);
/** Seconds to wait where a busy host does not say. */
const RETRY_AFTER = { default: 10, longest: 3600 } as const;
/** setTimeout takes anything longer for 1 ms. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Checks a URL without fetching it: form, protocol, credentials, port and, where the host is an address, that address.
 * Host names are checked by `fetchPhoto` only, when it connects.
 *
 * @throws PhotoError with status 400
 */
export function checkPhotoUrl(url: string, options: PhotoUrlOptions = {}): void {
  parsePhotoUrl(url, rulesOf(options));
}

/**
 * Fetches one photo from an untrusted URL. Connects to public addresses only, whatever form the address has,
 * whatever the name resolves to and wherever it redirects; reads no more than the limit and nothing but JPEG, PNG and WebP.
 *
 * @param url an absolute https URL
 * @returns the photo's bytes and their media type
 * @throws PhotoError with `code`, `statusCode` and a message for the person who sent the URL; RangeError for an option that
 *   is invalid
 */
export async function fetchPhoto(url: string, options: FetchPhotoOptions = {}): Promise<Photo> {
  const rules = rulesOf(options);
  checkWholeNumber("maxBytes", rules.maxBytes, 1, Number.MAX_SAFE_INTEGER);
  checkWholeNumber("maxRedirects", rules.maxRedirects, 0, 20);
  checkWholeNumber("connectTimeoutMs", rules.connectTimeoutMs, 1, LONGEST_TIMEOUT_MS);
  checkWholeNumber("timeoutMs", rules.timeoutMs, 1, LONGEST_TIMEOUT_MS);
  const deadline = AbortSignal.timeout(rules.timeoutMs);
  const signal = AbortSignal.any([deadline, ...(options.signal ? [options.signal] : [])]);
  try {
    return await follow(url, { ...rules, signal });
  } catch (error) {
    throw error === deadline.reason
      ? new PhotoError(
          "photo_timeout",
          `${describeUrl(url)} did not arrive within ${rules.timeoutMs} ms. Use a smaller photo or a faster host, or try again later.`,
        )
      : error;
  }
}

async function follow(text: string, rules: RequestRules): Promise<Photo> {
  let url = parsePhotoUrl(text, rules);
  for (let redirects = 0; redirects <= rules.maxRedirects; redirects += 1) {
    const response = await requestPhoto(url, rules);
    const status = response.statusCode ?? 0;
    if (status === 200) return readPhoto(url, response, rules.maxBytes, rules.signal);
    response.destroy();
    if (BUSY.has(status)) {
      const retryAfterSeconds = retryAfter(response.headers["retry-after"]);
      throw new PhotoError(
        "host_busy",
        `${describeUrl(url)} was answered with status ${status}: its host is too busy. Try again in ${retryAfterSeconds} s, or send the photo itself.`,
        { retryAfterSeconds },
      );
    }
    if (!REDIRECTS.has(status)) {
      throw new PhotoError(
        "unexpected_status",
        `${describeUrl(url)} was answered with status ${status}; needed: 200. Check that the URL opens in a browser without logging in.`,
      );
    }
    url = redirectTarget(url, response.headers.location, rules);
  }
  throw new PhotoError(
    "too_many_redirects",
    `${describeUrl(text)} redirects more than ${rules.maxRedirects} times. Use the photo's final URL.`,
  );
}

function redirectTarget(from: URL, header: string | undefined, rules: Rules): URL {
  const location = header === undefined ? undefined : asWritten(header);
  if (location === undefined || !URL.canParse(location, from)) {
    throw new PhotoError(
      "invalid_redirect",
      `${describeUrl(from)} redirects without a valid Location header. Use the photo's final URL.`,
    );
  }
  try {
    return parsePhotoUrl(new URL(location, from).href, rules);
  } catch (error) {
    if (!(error instanceof PhotoError)) throw error;
    throw new PhotoError(error.code, `${describeUrl(from)} redirects: ${error.message}`);
  }
}

/** Node.js reads headers as Latin-1; servers write addresses like /hündchen.jpg in UTF-8, as browsers expect. */
function asWritten(header: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(header, "latin1"));
  } catch {
    return header;
  }
}

/** RFC 9110, 10.2.3: seconds or a date. */
function retryAfter(header: string | undefined): number {
  const seconds = /^\d+$/.test(header ?? "")
    ? Number(header)
    : (Date.parse(header ?? "") - Date.now()) / 1000;
  return Number.isNaN(seconds)
    ? RETRY_AFTER.default
    : Math.min(RETRY_AFTER.longest, Math.max(1, Math.ceil(seconds)));
}

function checkWholeNumber(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new RangeError(`${name}: ${value} is not a whole number between ${low} and ${high}.`);
}
