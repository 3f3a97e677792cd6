import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { parse } from "yaml";

import { StackConfiguration } from "./stack-configuration";

const MODEL = "models/3c2bf4fa3cd45bc1/model.tar.gz";

describe("a stack's configuration file", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "kennel-configuration-"));
  const file = path.join(directory, "Pulumi.prod.yaml");

  const written = (text: string): StackConfiguration => {
    writeFileSync(file, text);
    return new StackConfiguration("prod", directory);
  };

  for (const [what, text] of [
    ["plain", "config:\n  kennel:endpoints:\n    main:\n      model: samples/model\n"],
    ["quoted", "config:\n  kennel:endpoints:\n    main:\n      model: 'samples/model' # why\n"],
    [
      "in one line",
      "config: { kennel:endpoints: { main: { model: samples/model, function: {} } } }\n",
    ],
    [
      "without a namespace",
      "# top\nconfig:\n  endpoints:\n    main: { model: a }\n    other: { model: b }\n",
    ],
    [
      "folded",
      "config:\n  kennel:endpoints:\n    main:\n      model: >-\n        samples/model\n      function: {}\n",
    ],
  ] as const) {
    it(`changes a model that is written ${what}, and nothing else`, () => {
      written(text).setModel("main", { model: MODEL });
      const [before, after] = [text, readFileSync(file, "utf8")].map((each) =>
        JSON.stringify(parse(each)),
      );
      const model = /"main":\{"model":"([^"]+)"/.exec(before!)![1]!;
      assert.equal(
        after,
        before!.replace(`"main":{"model":"${model}"`, `"main":{"model":"${MODEL}"`),
      );
      for (const comment of text.match(/#.*$/gm) ?? []) {
        assert.ok(readFileSync(file, "utf8").includes(comment));
      }
    });
  }

  it("gets a first model, and the key of its bucket", () => {
    const configuration = written(
      "config:\n  kennel:endpoints:\n    main:\n      # None yet.\n      scaling: { minInstances: 2 }\n",
    );
    assert.equal(configuration.model("main"), undefined);
    const next = { model: "s3://other/model.tar.gz", modelKmsKeyArn: "arn:aws:kms:r:1:key/k" };
    configuration.setModel("main", next);
    assert.deepEqual(configuration.model("main"), next);
    assert.match(configuration.read(), /# None yet\.\n {6}scaling: \{ minInstances: 2 \}/);
    configuration.setModel("main", { model: MODEL });
    assert.deepEqual(configuration.model("main"), { model: MODEL, modelKmsKeyArn: undefined });
  });

  it("does not change what it does not declare, or what somebody else manages", () => {
    const configuration = written("config:\n  kennel:endpoints: { main: { existing: theirs } }\n");
    assert.throws(() => configuration.model("other"), /no endpoint other\. Endpoints: main/);
    assert.throws(() => configuration.model("main"), /somebody else's \(existing: theirs\)/);
    assert.throws(() => written("config: {}\n").model("main"), /Endpoints: none/);
  });
});
