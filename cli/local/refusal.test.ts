import assert from "node:assert/strict";

import * as fc from "fast-check";

import { explainRefusal } from "./refusal";

const wrongKind = { status: 415, code: "unsupported_media_type", message: "Send a POST body." };

/** A file of ISO's base format, as HEIC, AVIF and MP4 are. */
const boxed = (brand: string): Buffer => Buffer.from(`\0\0\0\x20ftyp${brand}\0\0\0\0`, "latin1");

describe("a refusal in a person's words", () => {
  it("names what was dropped by mistake", () => {
    const kinds: readonly (readonly [Buffer, RegExp])[] = [
      [boxed("heic"), /HEIC photo, the format of iPhones.*Most Compatible/],
      [boxed("mif1"), /HEIC photo/],
      [boxed("avif"), /AVIF picture.*save it as/],
      [boxed("isom"), /not a photo, but a video/],
      [Buffer.from("GIF89a"), /a GIF picture/],
      [Buffer.from("II*\0", "latin1"), /a TIFF picture/],
      [Buffer.from('<?xml version="1.0"?>\n<svg xmlns="x"/>'), /an SVG drawing/],
      [Buffer.from("<!doctype html><title>x</title>"), /a web page/],
      [Buffer.from("%PDF-1.7"), /a PDF document/],
      [Buffer.from("PK\x03\x04", "latin1"), /a ZIP archive/],
      [Buffer.from("Größe: 3 m\n"), /not a photo, but a text/],
      [Buffer.from([0, 1, 2, 3]), /of a kind that Kennel doesn't know/],
    ];
    for (const [bytes, expected] of kinds) {
      assert.match(explainRefusal(bytes, wrongKind), expected);
    }
  });

  it("says why a large photo is refused and what to do", () => {
    const explained = explainRefusal(Buffer.alloc(12_000_000), {
      status: 413,
      code: "request_too_large",
      message: "Request must be smaller than 6291556 bytes",
    });
    assert.match(explained, /^This photo has 12\.0 MB\..*6 MB.*smaller copy/);
  });

  it("says that a file is empty", () => {
    const refusal = { status: 400, code: "invalid_request", message: "The request has no body." };
    assert.match(explainRefusal(Buffer.alloc(0), refusal), /^This file is empty/);
  });

  it("passes on what is said about an address", () => {
    const message = "https://nowhere.example does not exist: check the address.";
    const body = Buffer.from('{"url": "https://nowhere.example"}');
    assert.equal(explainRefusal(body, { status: 422, code: "host_not_found", message }), message);
  });

  it("has words for whatever comes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom(400, 413, 415, 422, 429, 500, 503),
        fc.constantFrom("unsupported_media_type", "invalid_request", "unreadable_photo", ""),
        (bytes, status, code) =>
          explainRefusal(bytes, { status, code, message: "Because." }).length > 0,
      ),
    );
  });
});
