import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseReference, renew } from "./renew-base-images";

const old = `sha256:${"0".repeat(64)}`;
const present = `sha256:${"1".repeat(64)}`;

describe("images:renew", () => {
  let server: Server;
  let registry: string;
  let folder: string;
  let asked: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "kennel-renew-"));
    asked = [];
    // A registry that wants an anonymous token, as Docker Hub does.
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (request.url?.startsWith("/token?")) {
        response.end(JSON.stringify({ token: "anonymous" }));
      } else if (request.headers.authorization !== "Bearer anonymous") {
        const challenge = `Bearer realm="http://${registry}/token",service="hub",scope="repository:team/base:pull"`;
        response.writeHead(401, { "WWW-Authenticate": challenge }).end();
      } else if (request.url === "/v2/team/base/manifests/22-slim") {
        assert.match(String(request.headers.accept), /image\.index/);
        response.writeHead(200, { "Docker-Content-Digest": present }).end();
      } else {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  function dockerfile(base: string): string {
    const file = join(folder, "Dockerfile");
    writeFileSync(file, `# A base.\nARG BASE_IMAGE=${base}\n\nFROM \${BASE_IMAGE}\n`);
    return file;
  }

  it("writes the digest that the tag has now, with an anonymous token", async () => {
    const file = dockerfile(`${registry}/team/base:22-slim@${old}`);
    assert.equal(await renew(file), `${registry}/team/base:22-slim is now ${present}`);
    const text = `# A base.\nARG BASE_IMAGE=${registry}/team/base:22-slim@${present}\n\nFROM \${BASE_IMAGE}\n`;
    assert.equal(readFileSync(file, "utf8"), text);
    assert.ok(asked.includes("GET /token?service=hub&scope=repository%3Ateam%2Fbase%3Apull"));
    assert.match(await renew(file), /still is/);
  });

  it("leaves the file alone where the registry does not know the tag, or nothing is pinned", async () => {
    const file = dockerfile(`${registry}/team/base:23@${old}`);
    await assert.rejects(renew(file), /team\/base:23: .* answered 404 and no digest/);
    assert.match(readFileSync(file, "utf8"), new RegExp(old));
    await assert.rejects(
      renew(dockerfile("node:22")),
      /has no line ARG BASE_IMAGE=NAME:TAG@sha256/,
    );
  });

  it("knows where an image without a registry is", () => {
    const registry = "registry-1.docker.io";
    for (const [name, expected] of [
      ["node:22", { registry, repository: "library/node", tag: "22" }],
      ["team/base", { registry, repository: "team/base", tag: "latest" }],
      ["ghcr.io/a/b:1", { registry: "ghcr.io", repository: "a/b", tag: "1" }],
    ] as const) {
      assert.deepEqual(parseReference(name), expected);
    }
  });
});
