import type { FastifyReply, FastifyRequest } from "fastify";

import { validationException } from "./aws-error";

/** Why AWS answers a request before it looks at it. */
const KINDS: Readonly<Record<string, { code: string; inXml: string; message: string }>> = {
  throttled: { code: "ThrottlingException", inXml: "SlowDown", message: "Rate exceeded" },
  expired: {
    code: "ExpiredTokenException",
    inXml: "ExpiredToken",
    message: "The security token included in the request is expired",
  },
};

/** What AWS refuses of the next requests, as it was asked for. */
export class Refusals {
  private kind = "";
  private left = 0;

  /**
   * @param requests how many of the next ones; 0 ends it
   * @throws AwsError where there is no such kind or number
   */
  order(kind: string, requests: number): void {
    if (!(kind in KINDS) || !Number.isInteger(requests) || requests < 0) {
      throw validationException(
        `kind is ${kind}, requests is ${requests}; allowed is ${Object.keys(KINDS).join(", ")} and a whole number.`,
      );
    }
    [this.kind, this.left] = [kind, requests];
  }

  /** Answers in the form of the service's protocol; undefined where the request is to be answered as ever. */
  answer({ headers, url }: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
    if (
      this.left === 0 ||
      url.startsWith("/_kennel/") ||
      headers["smithy-protocol"] !== undefined
    ) {
      return undefined;
    }
    this.left -= 1;
    const { code, inXml, message } = KINDS[this.kind]!;
    const isJson = headers["x-amz-target"] !== undefined || /^\/(endpoints|20\d\d-)/.test(url);
    if (isJson) {
      return reply.code(400).header("x-amzn-ErrorType", code).send({ __type: code, message });
    }
    const error = `<Error><Code>${inXml}</Code><Message>${message}</Message></Error>`;
    const isQuery = headers["content-type"]?.startsWith("application/x-www-form") === true;
    return reply
      .code(inXml === "SlowDown" ? 503 : 400)
      .type("application/xml")
      .send(isQuery ? `<ErrorResponse>${error}</ErrorResponse>` : error);
  }
}
