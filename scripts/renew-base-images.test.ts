import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { inEnvironment } from "../cli/testing/environment";
import { renew } from "./renew-base-images";

const old = `sha256:${"0".repeat(64)}`;
const present = `sha256:${"1".repeat(64)}`;

describe("images:renew", () => {
  let folder: string;
  let restore: () => void;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "kennel-renew-"));
    restore = inEnvironment({ PATH: `${folder}:${process.env["PATH"]}` });
  });
  afterEach(() => {
    restore();
    rmSync(folder, { recursive: true });
  });

  /** Docker that knows one tag, and refuses what imagetools does not know. */
  const installDocker = (): void => {
    const script = `#!/bin/sh
[ "$*" = "buildx imagetools inspect --format {{println .Manifest.Digest}} team/base:22-slim" ] || { echo "ERROR: $6: not found" >&2; exit 1; }
echo ${present}
echo
`;
    writeFileSync(path.join(folder, "docker"), script, { mode: 0o755 });
  };

  const dockerfile = (base: string): string => {
    const file = path.join(folder, "Dockerfile");
    writeFileSync(file, `# A base.\nARG BASE_IMAGE=${base}\n\nFROM \${BASE_IMAGE}\n`);
    return file;
  };

  it("writes the digest that the tag has now", () => {
    installDocker();
    const file = dockerfile(`team/base:22-slim@${old}`);
    assert.equal(renew(file), `team/base:22-slim is now ${present}`);
    const text = `# A base.\nARG BASE_IMAGE=team/base:22-slim@${present}\n\nFROM \${BASE_IMAGE}\n`;
    assert.equal(readFileSync(file, "utf8"), text);
    assert.match(renew(file), /still is/);
  });

  it("leaves the file alone where the registry does not know the tag, or nothing is pinned", () => {
    installDocker();
    const file = dockerfile(`team/base:23@${old}`);
    assert.throws(() => renew(file), /team\/base:23 failed: ERROR: team\/base:23: not found/);
    assert.match(readFileSync(file, "utf8"), new RegExp(old));
    assert.throws(() => renew(dockerfile("node:22")), /no line ARG BASE_IMAGE=NAME:TAG@sha256/);
  });

  it("says so where Docker is not there", () => {
    process.env["PATH"] = folder;
    assert.throws(() => renew(dockerfile(`node:22@${old}`)), /node:22 failed: spawnSync docker/);
  });
});
