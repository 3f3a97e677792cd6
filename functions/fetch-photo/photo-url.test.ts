import assert from "node:assert/strict";

import fc from "fast-check";

import { checkPhotoUrl, type PhotoUrlOptions } from "./index";
import { PhotoError, type PhotoErrorCode } from "./photo-error";
import { describeUrl } from "./photo-url";

function refusal(url: string, options?: PhotoUrlOptions): PhotoError {
  try {
    checkPhotoUrl(url, options);
  } catch (error) {
    assert.ok(error instanceof PhotoError, String(error));
    return error;
  }
  return assert.fail(`${url} was accepted`);
}

describe("checkPhotoUrl", () => {
  it("accepts https URLs of public hosts", () => {
    for (const url of [
      "https://example.com/dog.jpg",
      "https://example.com:443/a?b=c#d",
      "https://example.com:80/",
      "HTTPS://EXAMPLE.COM/ä.jpg",
      "https://8.8.8.8/dog.jpg",
      "https://[2606:4700::1111]/dog.jpg",
    ]) {
      checkPhotoUrl(url);
    }
  });

  const refused: readonly (readonly [string, PhotoErrorCode])[] = [
    ["", "invalid_url"],
    ["dog.jpg", "invalid_url"],
    ["//example.com/dog.jpg", "invalid_url"],
    ["https://", "invalid_url"],
    ["https://256.1.1.1/", "invalid_url"],
    ["https://example.com:99999/", "invalid_url"],
    [`https://example.com/${"a".repeat(5_000)}`, "invalid_url"],
    ["http://example.com/dog.jpg", "protocol_not_allowed"],
    ["ftp://example.com/dog.jpg", "protocol_not_allowed"],
    ["file:///etc/passwd", "protocol_not_allowed"],
    ["data:image/png;base64,AAAA", "protocol_not_allowed"],
    ["javascript:alert(1)", "protocol_not_allowed"],
    ["https://user:secret@example.com/", "credentials_not_allowed"],
    ["https://user@example.com/", "credentials_not_allowed"],
    ["https://:secret@example.com/", "credentials_not_allowed"],
    ["https://example.com:8443/", "port_not_allowed"],
    ["https://example.com:22/", "port_not_allowed"],
    ["https://example.com:0/", "port_not_allowed"],
    ["https://127.0.0.1/", "address_not_allowed"],
    ["https://127.1/", "address_not_allowed"],
    ["https://2130706433/", "address_not_allowed"],
    ["https://0x7f000001/", "address_not_allowed"],
    ["https://0177.0.0.1/", "address_not_allowed"],
    ["https://①②⑦.0.0.1/", "address_not_allowed"],
    ["https://127.0.0.1./", "address_not_allowed"],
    ["https:\\\\127.0.0.1\\x", "address_not_allowed"],
    ["https:///169.254.169.254/latest", "address_not_allowed"],
    ["https://0/", "address_not_allowed"],
    ["https://[::1]/", "address_not_allowed"],
    ["https://[::ffff:169.254.169.254]/", "address_not_allowed"],
    ["https://[::ffff:a9fe:a9fe]/", "address_not_allowed"],
    ["https://[fd00:ec2::254]/", "address_not_allowed"],
  ];
  for (const [url, code] of refused) {
    it(`refuses ${JSON.stringify(url.slice(0, 60))}: ${code}`, () => {
      const error = refusal(url);
      assert.equal(error.code, code);
      assert.equal(error.statusCode, 400);
      assert.doesNotMatch(error.message, /secret|\n/);
    });
  }

  it("accepts http where that is allowed, and other ports and addresses where they are", () => {
    checkPhotoUrl("http://example.com/dog.jpg", { allowHttp: true });
    checkPhotoUrl("https://example.com:8443/", { ports: [8443] });
    checkPhotoUrl("https://10.1.2.3/", { allowedAddresses: ["10.1.0.0/16"] });
    assert.equal(refusal("ftp://example.com/", { allowHttp: true }).code, "protocol_not_allowed");
    assert.equal(refusal("https://example.com/", { ports: [8443] }).code, "port_not_allowed");
  });

  it("says what is allowed and how to go on", () => {
    assert.equal(
      refusal("http://example.com/dog.jpg?token=secret").message,
      "http://example.com/dog.jpg uses http; allowed: https. Use a URL that starts with https://.",
    );
    assert.equal(
      refusal("https://169.254.169.254/latest").message,
      "https://169.254.169.254/latest leads to the address 169.254.169.254, which is private or reserved; " +
        "photos are fetched from public addresses only. Use a URL that the internet can reach, or send the photo itself.",
    );
  });

  it("names what is too long, and what is a photo rather than its address", () => {
    const long = `https://example.com/${"a".repeat(4_077)}`;
    assert.match(refusal(long).message, /has 4097 characters; allowed: 4096\. Use a shorter URL/);
    const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(99)]);
    const base64 = photo.toString("base64");
    for (const [text, shown] of [
      [`data:image/jpeg;base64,${base64}`, "A data: URL"],
      [` DATA:image/jpeg;base64,${base64.repeat(50)}`, "A data: URL"],
      [base64, "Base64 text"],
    ] as const) {
      const { message } = refusal(text);
      assert.equal(
        message,
        `${shown} is not a URL to fetch. Send the photo as the body, or as {"image": "<base64>"} without "data:image/…;base64,".`,
      );
    }
  });

  it("answers any text with acceptance or a PhotoError", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.string({ unit: "binary" })), (text) => {
        try {
          checkPhotoUrl(text);
        } catch (error) {
          assert.ok(error instanceof PhotoError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("describeUrl", () => {
  it("leaves out query strings, fragments, credentials and control characters, and ends", () => {
    assert.equal(
      describeUrl("https://a:b@c.example/d.jpg?X-Amz-Signature=s#f"),
      "https://c.example/d.jpg",
    );
    assert.equal(describeUrl("https://a:p@ss@c.example/"), "https://c.example/");
    assert.equal(describeUrl("\u001b[2Jx\ny"), " [2Jx y");
    assert.equal(describeUrl("?secret"), "An empty text");
    assert.equal(describeUrl(`https://${"a".repeat(1_000)}`).length, 201);
  });
});
