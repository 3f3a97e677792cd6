import type { FastifyRequest } from "fastify";

import { AwsError, validationException } from "./aws-error";
import { signedFor } from "./aws-server";

/** Why AWS answers a request before it looks at it. */
const KINDS: Readonly<Record<string, { code: string; inS3: string; message: string }>> = {
  throttled: { code: "ThrottlingException", inS3: "SlowDown", message: "Rate exceeded" },
  expired: {
    code: "ExpiredTokenException",
    inS3: "ExpiredToken",
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

  /** @throws AwsError where a request is to be refused */
  meet(request: FastifyRequest): void {
    const isOwn = request.url.startsWith("/_kennel/");
    // CloudWatch's protocol is binary.
    if (this.left > 0 && !isOwn && request.headers["smithy-protocol"] === undefined) {
      this.left -= 1;
      const { code, inS3, message } = KINDS[this.kind]!;
      throw signedFor(request).service === "s3"
        ? new AwsError(inS3, message, inS3 === "SlowDown" ? 503 : 400)
        : new AwsError(code, message);
    }
  }
}
