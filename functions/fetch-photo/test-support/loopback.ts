import assert from "node:assert/strict";
import type { RequestListener } from "node:http";

import { fetchPhoto, type FetchPhotoOptions } from "../index";
import { PhotoError, type PhotoErrorCode } from "../photo-error";
import type { Photo } from "../read-photo";
import { startDnsServer, type DnsServer } from "./dns-server";
import { JPEG, startPhotoServer, type PhotoServer } from "./photo-server";

/** Stands for the public internet: the one loopback address that the tests allow. */
export const PUBLIC = "127.0.0.2";
/** Stands for the private network behind: a server waits there that must never be reached. */
export const PRIVATE = "127.0.0.1";

/** A DNS server, a "public" photo server and an internal one on the same port, all real, anew for each test. */
export class Loopback {
  dns!: DnsServer;
  server!: PhotoServer;
  internal!: PhotoServer;
  /** How the public server answers. */
  handle: RequestListener = () => undefined;
  /** What the DNS server answers. */
  answer: (name: string, earlier: number) => readonly string[] = () => [];

  /** Registers the hooks that start and stop the servers of the enclosing suite. */
  static use(): Loopback {
    const loopback = new Loopback();
    beforeEach(() => loopback.start());
    afterEach(() => loopback.stop());
    return loopback;
  }

  /** fetchPhoto over http with this DNS server and the public address. */
  fetch(
    path = "/dog.jpg",
    options: FetchPhotoOptions = {},
    server: Pick<PhotoServer, "port"> = this.server,
  ): Promise<Photo> {
    return fetchPhoto(`http://photos.test:${server.port}${path}`, {
      allowHttp: true,
      ports: [server.port],
      allowedAddresses: [PUBLIC],
      resolve: this.dns.resolve,
      ...options,
    });
  }

  private async start(): Promise<void> {
    this.answer = () => [PUBLIC];
    this.handle = (_request, response) => response.end(JPEG);
    this.dns = await startDnsServer((name, earlier) => this.answer(name, earlier));
    this.server = await startPhotoServer(
      (request, response) => {
        this.handle(request, response);
      },
      { address: PUBLIC },
    );
    this.internal = await startPhotoServer((_request, response) => response.end(JPEG), {
      address: PRIVATE,
      port: this.server.port,
    });
  }

  private async stop(): Promise<void> {
    this.dns.close();
    await Promise.all([this.server.close(), this.internal.close()]);
    // Whatever a test tried, nothing ever came through to the inside.
    assert.equal(this.internal.connections(), 0);
  }
}

/** The error that an attempt ends with, of this code and fit to be shown to a stranger. */
export async function refusal(
  code: PhotoErrorCode,
  attempt: Promise<unknown>,
): Promise<PhotoError> {
  const error: unknown = await attempt.then(
    () => assert.fail("the photo was fetched"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof PhotoError, String(error));
  assert.equal(error.code, code, error.message);
  assert.doesNotMatch(error.message, /127\.0\.0\.|token|\n/, "nothing internal is told");
  return error;
}
