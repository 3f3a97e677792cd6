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
    ["application/json;q=0.5, application/x-npy;q=0.501", "application/x-npy"],
    ["application/x-ndjson", "application/jsonlines"],
    ["application/vnd.kennel+jsonlines", "application/vnd.kennel+jsonlines"],
  ];
  for (const [accept, type] of accepted) {
    it(`answers ${type} to ${accept ?? "no Accept"}`, () =>
      assert.equal(answerType(accept, "photo"), type));
  }

  for (const accept of [
    "text/csv",
    "image/*",
    "application/json;q=0",
    ";;;,",
    "*/*;q=nonsense",
    "*/*;q=1e-9",
    "*/*;q=2",
  ]) {
    it(`answers 406 to ${accept}`, () =>
      assert.throws(() => answerType(accept, "photo"), status(406)));
  }
});

describe("answerType for JSON lines", () => {
  it("answers line by line, whatever else would be acceptable", () => {
    assert.equal(answerType(undefined, "lines"), "application/jsonlines");
    assert.equal(answerType("*/*", "lines"), "application/jsonlines");
    const both = "application/json, application/vnd.kennel+jsonlines;q=0.1";
    assert.equal(answerType(both, "lines"), "application/vnd.kennel+jsonlines");
  });

  it("answers 406 with the reason where only one answer for all would do", () => {
    assert.throws(() => answerType("application/json", "lines"), {
      statusCode: 406,
      message: /JSON lines are answered line by line/,
    });
  });
});

describe("bodyKind", () => {
  it("knows photos, by any image type and by what tells nothing, and JSON", () => {
    for (const type of ["image/jpeg", "IMAGE/PNG; name=photo.png", "image/jpg", "image/heic"]) {
      assert.equal(bodyKind(type), "photo", type);
    }
    const untold = ["application/octet-stream", "binary/octet-stream", "application/x-image", ""];
    for (const type of [...untold, undefined]) assert.equal(bodyKind(type), "photo", type);
    assert.equal(bodyKind("application/json; charset=utf-8"), "json");
  });

  it("knows NumPy arrays, and JSON lines by their many names", () => {
    assert.equal(bodyKind("application/x-npy"), "tensor");
    for (const name of ["jsonlines", "x-jsonlines", "jsonl", "x-ndjson"]) {
      assert.equal(bodyKind(`application/${name}; charset=utf-8`), "lines");
    }
  });

  it("says why CSV can't be", () => {
    assert.throws(() => bodyKind("text/csv"), /a row has no place for a photo: send/);
  });

  for (const type of ["text/plain", "application/pdf", "multipart/form-data"]) {
    it(`answers 415 to ${type}`, () => assert.throws(() => bodyKind(type), status(415)));
  }
});
