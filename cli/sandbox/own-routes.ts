import { json } from "node:stream/consumers";

import type { FastifyInstance } from "fastify";

import type { Account } from "./account";
import type { Refusals } from "./refusals";

interface Order {
  readonly kind?: string;
  readonly endpointName?: string;
  readonly instances?: number;
  readonly requests?: number;
}

/** What AWS doesn't have: what goes wrong and is refused next, what scaling aims at, and what served when. */
export function addOwnRoutes(server: FastifyInstance, account: Account, refusals: Refusals): void {
  const take = (path: string, act: (order: Order) => void): void => {
    server.post(`/_kennel/${path}`, async (request, reply) => {
      act((await json(request.raw)) as Order);
      return reply.code(204).send();
    });
  };
  take("misfortune", ({ kind, endpointName }) => account.order(String(kind), endpointName));
  take("refuse", ({ kind, requests }) => refusals.order(String(kind), Number(requests)));
  take("load", ({ endpointName, instances }) =>
    account.aim(String(endpointName), Number(instances)),
  );
  server.get("/_kennel/samples", () => ({ samples: account.samples }));
}
