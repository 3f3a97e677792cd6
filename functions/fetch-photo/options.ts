import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";

import { createAddressGuard } from "./addresses";

/** What URLs are accepted. */
export interface PhotoUrlOptions {
  /**
   * Accept http URLs as well as https.
   * @default false
   */
  readonly allowHttp?: boolean;
  /** @default [80, 443] */
  readonly ports?: readonly number[];
  /**
   * Addresses and CIDR blocks that may be connected to although they are private, for photos on your own network.
   * @default []
   */
  readonly allowedAddresses?: readonly string[];
}

/** How a photo is fetched. */
export interface FetchPhotoOptions extends PhotoUrlOptions {
  /**
   * Largest photo in bytes.
   * @default 10485760
   */
  readonly maxBytes?: number;
  /** @default 3 */
  readonly maxRedirects?: number;
  /**
   * Limit for finding the host, connecting and the TLS handshake, in milliseconds, for each redirect anew.
   * @default 3000
   */
  readonly connectTimeoutMs?: number;
  /**
   * Limit for everything together, in milliseconds.
   * @default 10000
   */
  readonly timeoutMs?: number;
  /** Ends the fetch early; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Finds a host's addresses; every one of them is checked.
   * @default the operating system's resolver
   */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
  /**
   * Certificates (PEM) that are trusted instead of the system's.
   * @default the certificate authorities that Node.js trusts
   */
  readonly certificateAuthority?: string | Buffer;
}

const DEFAULTS = {
  allowHttp: false,
  ports: [80, 443],
  allowedAddresses: [],
  maxBytes: 10 * 1024 * 1024,
  maxRedirects: 3,
  connectTimeoutMs: 3_000,
  timeoutMs: 10_000,
  // Honours the hosts file, and answers IPv4 and IPv6.
  resolve: (hostname: string) => lookup(hostname, { all: true }),
} as const;

/** The options that a photo is fetched with, none of them left out. */
export type Rules = ReturnType<typeof rulesOf>;

/** The options with their defaults; one that is undefined counts as left out. */
export function rulesOf(options: FetchPhotoOptions) {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const all = { ...DEFAULTS, ...(Object.fromEntries(given) as FetchPhotoOptions) };
  return { ...all, isAllowedAddress: createAddressGuard(all.allowedAddresses) };
}
