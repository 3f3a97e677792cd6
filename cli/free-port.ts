import { once } from "node:events";
import { createServer } from "node:net";

import { UserError } from "./output/failure";

const HOST = "127.0.0.1";

/** @throws UserError where something listens at the port of 127.0.0.1: said before anything is started. */
export async function requireFreePort(port: number): Promise<void> {
  const probe = createServer().listen(port, HOST);
  try {
    await once(probe, "listening");
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EADDRINUSE"
      ? new UserError(
          `port ${port} on ${HOST} is in use: stop what listens there, or choose another with --port (--port 0 takes any free one).`,
        )
      : error;
  }
  probe.close();
  await once(probe, "close");
}
