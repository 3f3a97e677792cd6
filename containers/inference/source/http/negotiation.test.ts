import assert from "node:assert/strict";
import { RequestError } from "../errors";
import { answerType, bodyKind } from "./negotiation";

function status(statusCode: number) {
  return (error: Error) => error instanceof RequestError && error.statusCode === statusCode;
}

describe("answerType", () => {
  const accepted: readonly [string | undefined, string][] = [
    [undefined, "application/json"],
    ["", "application/json"],
    ["*/*", "application/json"],
    ["application/*;q=0.5", "application/json"],
    ["application/json", "application/json"],
    ["Application/VND.Kennel+JSON", "application/vnd.kennel+json"],
    ["text/html, application/vnd.kennel+json;q=0.9", "application/vnd.kennel+json"],
    ["application/json;q=0.1, application/vnd.kennel+json", "application/vnd.kennel+json"],
    ["application/json;q=0, */*", "application/vnd.kennel+json"],
  ];
  for (const [accept, type] of accepted) {
    it(`answers ${type} to ${accept ?? "no Accept"}`, () => assert.equal(answerType(accept), type));
  }

  for (const accept of ["text/csv", "image/*", "application/json;q=0", ";;;,", "*/*;q=nonsense"]) {
    it(`answers 406 to ${accept}`, () => assert.throws(() => answerType(accept), status(406)));
  }
});

describe("bodyKind", () => {
  it("knows the three photo types and JSON, with parameters and in any case", () => {
    assert.equal(bodyKind("image/jpeg"), "photo");
    assert.equal(bodyKind("IMAGE/PNG; name=photo.png"), "photo");
    assert.equal(bodyKind("image/webp"), "photo");
    assert.equal(bodyKind("application/json; charset=utf-8"), "json");
  });

  for (const type of [
    undefined,
    "",
    "text/plain",
    "image/svg+xml",
    "image/",
    "multipart/form-data",
  ]) {
    it(`answers 415 to ${type ?? "no Content-Type"}`, () => {
      assert.throws(() => bodyKind(type), status(415));
    });
  }
});
