import type { FastifyReply, FastifyRequest } from "fastify";
import { RequestError } from "../errors";

/** Bounds the memory that request bodies take together, from the first byte of a body until its answer is sent. */
export class BodyBudget {
  private reserved = 0;

  /**
   * @param maximum bytes of all bodies together
   * @param perBody bytes assumed for a body that doesn't say its length
   */
  constructor(
    private readonly maximum: number,
    private readonly perBody: number,
  ) {}

  /**
   * Reserves room for a request's body; it is given back when the reply is sent or the connection closes.
   * @throws RequestError 503 if there is none
   */
  reserve(request: FastifyRequest, reply: FastifyReply): void {
    const length = Number(request.headers["content-length"] ?? this.perBody);
    const bytes = Math.min(length, this.perBody);
    // A single body always fits, so that a small budget can't make the server useless.
    if (this.reserved > 0 && this.reserved + bytes > this.maximum) {
      throw new RequestError(
        503,
        "overloaded",
        `The server is receiving ${this.reserved} bytes of other requests already: try again, or add instances.`,
        1,
      );
    }
    this.reserved += bytes;
    reply.raw.once("close", () => {
      this.reserved -= bytes;
    });
  }
}
