import type { LookupAddress } from "node:dns";
import * as http from "node:http";
import * as https from "node:https";
import type { LookupFunction } from "node:net";

import type { Rules } from "./options";
import { PhotoError } from "./photo-error";
import { addressRefused, describeUrl, hostOf } from "./photo-url";

/** How one request of a photo is made; the signal ends it, whatever it is waiting for. */
export type RequestRules = Rules & { readonly signal: AbortSignal };

/** Network error codes of Node.js and of c-ares that mean "this name has no address". */
const NAME_ERRORS = new Set([
  "ENOTFOUND",
  "ENODATA",
  "EAI_AGAIN",
  "EAI_NODATA",
  "ESERVFAIL",
  "EBADNAME",
  "EREFUSED",
  "ETIMEOUT",
]);

const HEADERS = {
  accept: "image/jpeg, image/png, image/webp",
  // A compressed answer could unpack to more than the size limit, and photos don't compress.
  "accept-encoding": "identity",
  "user-agent": "kennel-fetch-photo/1",
};

/**
 * Sends one GET request and waits for the header of the answer; redirects are answers like any other here.
 *
 * @param url passed `parsePhotoUrl`
 * @returns the answer with its body unread; the caller reads or destroys it
 * @throws PhotoError, or the signal's reason once it has fired
 */
export function requestPhoto(url: URL, rules: RequestRules): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === "https:";
    const request = (secure ? https : http).request(url, {
      headers: HEADERS,
      // A connection of its own: one that is kept and reused would have been checked for another request.
      agent: false,
      lookup: guardedLookup(url, rules),
      signal: rules.signal,
      ...(rules.certificateAuthority === undefined ? {} : { ca: rules.certificateAuthority }),
    });
    const fail = (error: unknown): void => {
      clearTimeout(connectTimer);
      reject(asPhotoError(url, error, rules.signal));
    };
    // One limit for name, connection and TLS handshake; the caller's signal limits the whole.
    const connectTimer = setTimeout(() => {
      request.destroy(connectTimedOut(url, rules.connectTimeoutMs));
    }, rules.connectTimeoutMs);
    request.on("socket", (socket) => {
      socket.once(secure ? "secureConnect" : "connect", () => {
        clearTimeout(connectTimer);
      });
    });
    request.on("response", resolve);
    request.on("error", fail);
    request.on("close", () => {
      fail(new Error("the connection was closed before an answer"));
    });
    request.end();
  });
}

/**
 * The `lookup` of a connection, so that the addresses that are checked are the very ones that are connected to: a name that
 * answers differently the second time (DNS rebinding) gains nothing, because there is no second time. One bad address among
 * good ones refuses the name. Node.js does not call `lookup` for hosts that are addresses: `parsePhotoUrl` has checked those.
 */
function guardedLookup(url: URL, { resolve, isAllowedAddress }: Rules): LookupFunction {
  const find = async (hostname: string): Promise<LookupAddress[]> => {
    const addresses = await resolve(hostname);
    if (addresses.length === 0) throw hostNotFound(url);
    if (!addresses.every(({ address }) => isAllowedAddress(address))) throw addressRefused(url);
    return [...addresses];
  };
  return (hostname, { all }, callback) => {
    find(hostname).then(
      (addresses) => {
        // Under happy eyeballs Node.js asks for all addresses, otherwise for one.
        if (all === true) callback(null, addresses);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      },
      (error: unknown) => {
        callback(error as NodeJS.ErrnoException, []);
      },
    );
  };
}

/** Turns whatever ended a request into the error to show. Once the signal has fired, its reason is behind all that follows. */
function asPhotoError(url: URL, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof PhotoError) return error;
  const { code = "", message = String(error) } = error as NodeJS.ErrnoException;
  if (NAME_ERRORS.has(code)) return hostNotFound(url, error);
  const reason = code === "" ? message : `${code}: ${message}`;
  return new PhotoError(
    "connection_failed",
    `${describeUrl(url)} could not be fetched (${withoutAddresses(reason)}). ` +
      "Check that the URL opens in a browser without a certificate warning.",
    { cause: error },
  );
}

/** Node.js names the address that it tried, such as "connect ECONNREFUSED 93.184.216.34:443". */
function withoutAddresses(reason: string): string {
  const firstLine = reason.split("\n", 1)[0] ?? "";
  return firstLine.replace(/^(E[A-Z]+): (?:\w+ )?\1\b.*$/, "$1").slice(0, 200);
}

function hostNotFound(url: URL, cause?: unknown): PhotoError {
  return new PhotoError(
    "host_not_found",
    `${describeUrl(url)}: the host ${hostOf(url)} was not found. Check its spelling.`,
    { cause },
  );
}

function connectTimedOut(url: URL, limitMs: number): PhotoError {
  return new PhotoError(
    "photo_timeout",
    `${describeUrl(url)}: no connection within ${limitMs} ms. Check that the host is up, or try again later.`,
  );
}
