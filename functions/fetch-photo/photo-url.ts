import { isIP } from "node:net";

import { detectImageType } from "./image-type";
import type { Rules } from "./options";
import { PhotoError } from "./photo-error";

/** The longest URL that is read; common limits of servers and proxies are lower. */
export const MAX_URL_LENGTH = 4096;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { "https:": 443, "http:": 80 };
const MAX_SHOWN_LENGTH = 200;

/**
 * Reads a URL and refuses what no photo needs: other protocols, credentials, odd ports, addresses that are not public.
 * The WHATWG parser has by then turned decimal, octal, hexadecimal and full-width forms into plain addresses. Names are
 * checked later, when they are resolved for the connection.
 *
 * @param text the URL as it was received
 * @throws PhotoError with status 400
 */
export function parsePhotoUrl(text: string, rules: Rules): URL {
  if (holdsPhoto(text)) {
    throw new PhotoError(
      isDataUrl(text) ? "protocol_not_allowed" : "invalid_url",
      `${describeUrl(text)} is not a URL to fetch. Send the photo as the body, or as {"image": "<base64>"} without "data:image/…;base64,".`,
    );
  }
  if (text.length > MAX_URL_LENGTH) {
    throw new PhotoError(
      "invalid_url",
      `${describeUrl(text)} has ${text.length} characters; allowed: ${MAX_URL_LENGTH}. Use a shorter URL, or send the photo itself.`,
    );
  }
  if (!URL.canParse(text)) {
    throw new PhotoError(
      "invalid_url",
      `${describeUrl(text)} is not a URL. Give an absolute one, such as https://example.com/dog.jpg.`,
    );
  }
  const url = new URL(text);
  checkProtocol(url, rules);
  if (url.username !== "" || url.password !== "") {
    throw new PhotoError(
      "credentials_not_allowed",
      `${describeUrl(url)} carries a user name or password, which is not allowed. ` +
        "Use a URL that works without them, such as a pre-signed one.",
    );
  }
  const port = url.port === "" ? DEFAULT_PORTS[url.protocol]! : Number(url.port);
  if (!rules.ports.includes(port)) {
    throw new PhotoError(
      "port_not_allowed",
      `${describeUrl(url)} uses port ${port}; allowed: ${rules.ports.join(", ")}. ` +
        "Serve the photo from an allowed port.",
    );
  }
  const address = hostOf(url);
  if (isIP(address) !== 0 && !rules.isAllowedAddress(address)) throw addressRefused(url);
  return url;
}

function checkProtocol(url: URL, rules: Rules): void {
  if (url.protocol === "https:" || (url.protocol === "http:" && rules.allowHttp)) return;
  const allowed = rules.allowHttp ? "https and http" : "https";
  throw new PhotoError(
    "protocol_not_allowed",
    `${describeUrl(url)} uses ${url.protocol.slice(0, -1)}; allowed: ${allowed}. ` +
      "Use a URL that starts with https://.",
  );
}

/** The host without the brackets that a URL puts round an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/**
 * The error for an address, or a name that leads to one, that is not public. It does not say what a name resolved to: a
 * caller could map a private network with that.
 */
export function addressRefused(url: URL): PhotoError {
  const host = hostOf(url);
  const target = isIP(host) === 0 ? "an address that" : `the address ${host}, which`;
  return new PhotoError(
    "address_not_allowed",
    `${describeUrl(url)} leads to ${target} is private or reserved; photos are fetched from public addresses only. ` +
      "Use a URL that the internet can reach, or send the photo itself.",
  );
}

function isDataUrl(text: string): boolean {
  return /^\s*data:/i.test(text);
}

/** Whether the text is a photo's bytes rather than its address: a data: URL or bare base64. */
function holdsPhoto(text: string): boolean {
  return isDataUrl(text) || detectImageType(Buffer.from(text.slice(0, 32), "base64")) !== undefined;
}

/**
 * A URL as it may be shown and logged: without query string, fragment and credentials, not endless, and never the bytes
 * of a photo.
 */
export function describeUrl(url: URL | string): string {
  if (holdsPhoto(String(url))) return isDataUrl(String(url)) ? "A data: URL" : "Base64 text";
  const text = String(url)
    .replace(/[?#].*$/s, "")
    .replace(/\/\/.*@/s, "//")
    // A terminal or a log must not obey what a stranger wrote.
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, " ");
  if (text.trim() === "") return "An empty text";
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
}
