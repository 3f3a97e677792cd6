import assert from "node:assert/strict";

import { fetchPhoto } from "./index";
import { Loopback, PRIVATE, PUBLIC, refusal } from "./test-support/loopback";

describe("fetchPhoto: an address", () => {
  const loopback = Loopback.use();

  it("that a name hides is refused, and no connection is made", async () => {
    loopback.answer = () => [PRIVATE];
    const error = await refusal("address_not_allowed", loopback.fetch());
    assert.equal(error.statusCode, 400);
  });

  it("among good ones is refused, whichever comes first", async () => {
    for (const addresses of [
      [PUBLIC, PRIVATE],
      [PRIVATE, PUBLIC],
      [PUBLIC, PUBLIC, "169.254.169.254"],
    ]) {
      loopback.answer = () => addresses;
      await refusal("address_not_allowed", loopback.fetch());
    }
    assert.equal(loopback.server.connections(), 0);
  });

  it("that changes after the first answer (rebinding) is never connected to", async () => {
    loopback.answer = (_name, earlier) => [earlier === 0 ? PUBLIC : PRIVATE];
    // The name is resolved once and that answer is connected to ...
    await loopback.fetch();
    assert.deepEqual(loopback.dns.queries, ["photos.test"]);
    // ... and the next connection is judged anew.
    await refusal("address_not_allowed", loopback.fetch());
  });

  it("that changes between a redirect and its target is never connected to", async () => {
    loopback.answer = (_name, earlier) => [earlier === 0 ? PUBLIC : PRIVATE];
    loopback.handle = (_request, response) => {
      response.writeHead(302, { location: "/again" }).end();
    };
    await refusal("address_not_allowed", loopback.fetch());
    assert.equal(loopback.dns.queries.length, 2);
    assert.equal(loopback.server.connections(), 1);
  });

  it("is refused in every family when the resolver answers both", async () => {
    const resolve = () =>
      Promise.resolve([
        { address: PUBLIC, family: 4 },
        { address: "::ffff:127.0.0.1", family: 6 },
      ]);
    await refusal("address_not_allowed", loopback.fetch("/", { resolve }));
    const junk = () => Promise.resolve([{ address: "not an address", family: 4 }]);
    await refusal("address_not_allowed", loopback.fetch("/", { resolve: junk }));
  });

  it("of this machine is refused by its real name, too", async () => {
    const error = await refusal(
      "address_not_allowed",
      fetchPhoto(`http://localhost:${loopback.internal.port}/`, {
        allowHttp: true,
        ports: [loopback.internal.port],
      }),
    );
    assert.match(error.message, /localhost/);
  });
});
