import { buffer } from "node:stream/consumers";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { urlEvent } from "../local/function-url";
import type { Functions } from "./lambda/functions";
import { requirePayload } from "./lambda-routes";

interface Configuration {
  readonly Params: { readonly name: string };
  readonly Querystring: { readonly Qualifier?: string };
}

interface Call {
  readonly Params: { readonly region: string; readonly name: string; readonly "*": string };
}

/** What a handler answers; without a status, it is the body itself. */
interface HttpAnswer {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/**
 * Lambda's function URLs. moto keeps what they are, and gives them addresses at which nothing answers: they become addresses
 * here, which name the region and the function.
 */
export function addFunctionUrlRoutes(
  server: FastifyInstance,
  motoUrl: string,
  regionOf: (request: FastifyRequest) => string,
  functionsOf: (region: string) => Functions,
): void {
  server.all<Configuration>("/2021-10-31/functions/:name/url", async (request, reply) => {
    const { authorization = "" } = request.headers;
    const body = await buffer(request.raw);
    const answer = await fetch(`${motoUrl}${request.url}`, {
      method: request.method,
      headers: { authorization },
      ...(body.length > 0 && { body }),
    });
    const [, name] = /([^:]+)$/.exec(request.params.name)!;
    const { Qualifier } = request.query;
    const target = Qualifier === undefined ? name : `${name}:${Qualifier}`;
    const url = `http://${request.headers.host}/function-urls/${regionOf(request)}/${target}/`;
    const text = await answer.text();
    return reply
      .code(answer.status)
      .headers({ "x-amzn-ErrorType": answer.headers.get("x-amzn-errortype") ?? undefined })
      .type("application/json")
      .send(text.replace(/"https:\/\/[^"]*\.lambda-url\.[^"]*"/, JSON.stringify(url)));
  });
  server.all<Call>("/function-urls/:region/:name/*", (request, reply) =>
    invoke(functionsOf(request.params.region), request, reply),
  );
}

async function invoke(
  functions: Functions,
  request: FastifyRequest<Call>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { name } = request.params;
  const isSigned =
    request.headers.authorization !== undefined || /X-Amz-Signature=/.test(request.url);
  if ((await functions.authTypeOf(name)) === "AWS_IAM" && !isSigned) {
    return reply.code(403).send({ Message: "Forbidden" });
  }
  const payload = JSON.stringify(eventOf(request, await buffer(request.raw)));
  requirePayload(payload);
  const invoked = await functions.invoke({ name, payload });
  if (invoked.functionError !== undefined) {
    return reply.code(502).type("application/json").send("Internal Server Error");
  }
  const answer = JSON.parse(invoked.payload) as HttpAnswer | null;
  if (answer?.statusCode === undefined) {
    return reply.type("application/json").send(invoked.payload);
  }
  const { statusCode, headers, cookies = [], body = "", isBase64Encoded } = answer;
  return reply
    .code(statusCode)
    .headers({ "content-type": "application/json", ...headers })
    .headers(cookies.length > 0 ? { "set-cookie": cookies } : {})
    .send(isBase64Encoded === true ? Buffer.from(body, "base64") : body);
}

function eventOf(request: FastifyRequest<Call>, body: Buffer): unknown {
  const { method, params, ip: sourceIp } = request;
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(",")]),
  );
  return urlEvent({
    ...{ method, headers, body, sourceIp, functionName: params.name, path: `/${params["*"]}` },
    search: new URL(request.url, "http://sandbox").search,
    isText: /^(text\/|application\/(json|javascript|xml)\b)/.test(headers["content-type"] ?? ""),
  });
}
