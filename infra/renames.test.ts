import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { registerAliases, type Rename } from "./renames";
import { only } from "./testing/find";
import { record } from "./offline/recorder";

class Store extends pulumi.ComponentResource {
  constructor(name: string) {
    super("kennel:index:Store", name);
  }
}

/** Former names of the stores `photos` and `models`, as the engine hears of them. */
async function aliases(known: readonly Rename[]) {
  const recording = await record(() =>
    pulumi.runtime.runInPulumiStack(() => {
      registerAliases(known);
      new Store("photos");
      new Store("models");
      return Promise.resolve({});
    }),
  );
  const of = (type: string, name: string): string =>
    JSON.stringify(only(recording, type, name).options.aliases);
  return {
    photos: of("kennel:index:Store", "photos"),
    models: of("kennel:index:Store", "models"),
  };
}

describe("registerAliases", () => {
  it("tells the engine what a type was called; it passes that on to the children", async () => {
    const { photos, models } = await aliases([
      { type: "kennel:index:Store", formerly: () => ({ type: "kennel:index:Shelf" }) },
    ]);
    for (const known of [photos, models]) {
      assert.match(known, /kennel:index:Shelf/);
    }
  });

  it("tells it of one resource where the name is given", async () => {
    const { photos, models } = await aliases([
      {
        type: "kennel:index:Store",
        name: "photos",
        formerly: (name) => ({ name: `old-${name}` }),
      },
    ]);
    assert.match(photos, /old-photos/);
    assert.equal(models, "[]");
  });
});
