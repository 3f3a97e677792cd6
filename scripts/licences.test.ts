import assert from "node:assert/strict";

import { billOfMaterials, npmDependencies, problems, type Dependency } from "./licences";

function dependency(licence: string, name = "example"): Dependency {
  return { ecosystem: "npm", name, version: "1.0.0", licence };
}

describe("the licence check", () => {
  it("accepts permissive licences, alone, together and to choose from", () => {
    const sound = ["MIT", "(BSD-3-Clause AND Apache-2.0)", "GPL-3.0-only OR MIT"];
    assert.deepEqual(problems(sound.map((licence) => dependency(licence))), []);
  });

  it("names what asks for more, and what says nothing", () => {
    const unsound = ["GPL-3.0-only", "MIT AND AGPL-3.0-only", "", "SEE LICENSE IN FILE"];
    const found = problems(unsound.map((licence) => dependency(licence)));
    assert.deepEqual(
      found.map(({ licence }) => licence),
      unsound,
    );
  });

  it("lists each package by its address", () => {
    const document = JSON.stringify(billOfMaterials([dependency("MIT", "@scope/name")]));
    assert.match(document, /"pkg:npm\/%40scope\/name@1\.0\.0"/);
    const names = npmDependencies().map(({ name }) => name);
    assert.ok(names.includes("@pulumi/pulumi") && !names.includes("@kennel/cli"));
  });
});
