import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import path from "node:path";

import fastify, { type FastifyInstance } from "fastify";

import { UserError } from "../output/failure";
import { breaksTheBuild, type Preview } from "../preview/preview";
import { previewAsJson } from "../preview/report";
import type { Classify } from "./function";
import { contentTypeOf, samplePhotos } from "./photos";

const PAGE_DIRECTORY = path.join(__dirname, "page");
const LARGEST_PHOTO = 20 * 1024 * 1024;

const ASSETS: Readonly<Record<string, string>> = {
  "index.html": "text/html; charset=utf-8",
  "page.css": "text/css; charset=utf-8",
  "page.js": "text/javascript; charset=utf-8",
};

/**
 * The page to drop a photo on, with the judged stack beside it. It listens on 127.0.0.1 only.
 *
 * @throws UserError where the port is taken.
 */
export async function startPage(args: {
  readonly port: number;
  readonly preview: Preview;
  readonly classify: Classify;
}): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = fastify({ bodyLimit: LARGEST_PHOTO, forceCloseConnections: true });
  serveAssets(server);
  serveSamples(server);
  server.get("/stack", () => ({
    ...previewAsJson(args.preview),
    violations: args.preview.findings.filter(breaksTheBuild).length,
  }));
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  server.post("/classify", async (request, reply) => {
    const answer = await args.classify({
      bytes: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
      contentType: request.headers["content-type"] ?? "application/octet-stream",
    });
    return reply.code(answer.kind === "classified" ? 200 : answer.status).send(answer);
  });
  try {
    await server.listen({ host: "127.0.0.1", port: args.port });
  } catch (error) {
    throw listenFailure(error, args.port);
  }
  const { port } = server.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, stop: () => server.close() };
}

function serveAssets(server: FastifyInstance): void {
  for (const [name, type] of Object.entries(ASSETS)) {
    server.get(name === "index.html" ? "/" : `/${name}`, async (_request, reply) =>
      reply
        .type(type)
        .header("content-security-policy", "default-src 'self'; img-src 'self' blob: data:")
        .send(await readFile(path.join(PAGE_DIRECTORY, name))),
    );
  }
}

function serveSamples(server: FastifyInstance): void {
  server.get("/samples", () => samplePhotos().map((file) => path.basename(file)));
  server.get<{ Params: { name: string } }>("/samples/:name", async (request, reply) => {
    const file = samplePhotos().find((each) => path.basename(each) === request.params.name);
    return file === undefined
      ? reply.code(404).send({ error: { code: "not_found", message: "no such sample photo" } })
      : reply.type(contentTypeOf(file)!).send(await readFile(file));
  });
}

function listenFailure(error: unknown, port: number): Error {
  return (error as NodeJS.ErrnoException).code === "EADDRINUSE"
    ? new UserError(
        `port ${port} on 127.0.0.1 is in use: stop what listens there, or choose another with --port ` +
          "(--port 0 takes any free one).",
      )
    : (error as Error);
}
