import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const readPem = (name: string): Buffer => readFileSync(join(__dirname, name));

/** Self-signed for photos.test and *.photos.test, for tests on loopback only. */
export const CERTIFICATE = readPem("photos.test.pem");

/** The smallest JPEG-looking file: a signature and some bytes. */
export const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2_000, 1)]);
export const PNG = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  Buffer.alloc(500, 2),
]);
export const WEBP = Buffer.concat([Buffer.from("RIFF\x10\x02\x00\x00WEBPVP8 "), Buffer.alloc(500)]);

/** A real HTTP or HTTPS server on loopback. */
export interface PhotoServer {
  readonly port: number;
  /** Requests that arrived, as "METHOD path". */
  readonly requests: string[];
  readonly headers: http.IncomingHttpHeaders[];
  /** TCP connections, answered or not. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/**
 * Starts a server.
 *
 * @param handle answers a request
 * @param options.address loopback address, such as 127.0.0.2
 * @param options.port 0 for any free one
 * @param options.secure https with the certificate above
 */
export async function startPhotoServer(
  handle: http.RequestListener,
  options: { address?: string; port?: number; secure?: boolean } = {},
): Promise<PhotoServer> {
  const requests: string[] = [];
  const headers: http.IncomingHttpHeaders[] = [];
  let connections = 0;
  const listener: http.RequestListener = (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    handle(request, response);
  };
  const server =
    options.secure === true
      ? https.createServer({ cert: CERTIFICATE, key: readPem("photos.test.key.pem") }, listener)
      : http.createServer(listener);
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.address ?? "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    headers,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
