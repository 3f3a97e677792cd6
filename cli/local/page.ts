import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import fastify, { type FastifyInstance } from "fastify";

import { requireFreePort } from "../free-port";
import type { Preview } from "../preview/preview";
import { previewAsJson } from "../preview/report";
import type { Classify } from "./function";
import { type Answer, LARGEST_PHOTO_BYTES } from "./function-url";
import type { ModelFacts } from "./model";
import { sampleSubject, samplePhotos } from "./photos";
import type { LoopbackServer } from "./runtime-endpoint";
import { pictureOf } from "./stack-picture";
import { percent, readableLabel, verdictOf } from "./verdict";

const HOST = "127.0.0.1";
const PAGE_DIRECTORY = path.join(__dirname, "page");
/** More than the function URL takes, so that its refusal is what a larger photo gets. */
const LARGEST_BODY = 64 * 1024 * 1024;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};
/** A photo of an address is shown from there; nothing else comes from elsewhere. */
const POLICY = "default-src 'self'; img-src 'self' blob: data: https:; frame-ancestors 'none'";

/** What the page shows, and whom it asks. */
export interface PageContent {
  readonly preview: Preview;
  readonly model: ModelFacts;
  readonly classify: Classify;
}

/**
 * The page to drop photos on, with the judged stack beside it. It listens on 127.0.0.1 only.
 *
 * @throws UserError where the port is taken.
 */
export async function startPage(
  port: number,
  { preview, model, classify }: PageContent,
): Promise<LoopbackServer> {
  await requireFreePort(port);
  const server = fastify({ bodyLimit: LARGEST_BODY, forceCloseConnections: true });
  serveAssets(server);
  serveSamples(server, model);
  server.get("/model", () => ({ ...model, largestPhotoBytes: LARGEST_PHOTO_BYTES }));
  server.get("/stack", () => pictureOf(preview));
  server.get("/stack.json", () => previewAsJson(preview));
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  server.post("/classify", async (request, reply) => {
    const answer = await classify({
      bytes: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
      contentType: request.headers["content-type"] ?? "application/octet-stream",
    });
    return reply.code(answer.kind === "classified" ? 200 : answer.status).send(inWords(answer));
  });
  return { url: `${await server.listen({ host: HOST, port })}/`, stop: () => server.close() };
}

/** The function's answer with what the page shows of it. */
function inWords(answer: Answer): Answer | Record<string, unknown> {
  if (answer.kind === "refused") {
    return answer;
  }
  return {
    ...answer,
    ...verdictOf(answer.predictions),
    predictions: answer.predictions.map(({ label, probability }) => ({
      label,
      probability,
      name: readableLabel(label),
      percent: percent(probability),
    })),
  };
}

function serveAssets(server: FastifyInstance): void {
  for (const name of readdirSync(PAGE_DIRECTORY)) {
    const content = readFileSync(path.join(PAGE_DIRECTORY, name));
    server.get(name === "index.html" ? "/" : `/${name}`, (_request, reply) =>
      reply
        .type(TYPES[path.extname(name)]!)
        .header("content-security-policy", POLICY)
        .send(content),
    );
  }
}

/** The samples are offered to a model that knows at least one of their subjects. */
function serveSamples(server: FastifyInstance, model: ModelFacts): void {
  const known = new Set(model.classes.map((name) => name.toLowerCase()));
  const files = samplePhotos();
  const offered = files.some((file) => known.has(sampleSubject(file))) ? files : [];
  server.get("/samples", () =>
    offered.map((file) => ({ file: path.basename(file), subject: sampleSubject(file) })),
  );
  server.get<{ Params: { name: string } }>("/samples/:name", (request, reply) => {
    const file = offered.find((each) => path.basename(each) === request.params.name);
    return file === undefined
      ? reply.code(404).send({ error: { code: "not_found", message: "no such sample photo" } })
      : reply.type("image/jpeg").send(readFileSync(file));
  });
}
