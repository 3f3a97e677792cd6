/**
 * `npm run images:renew`: writes the present digests of the base images' tags into the Dockerfiles. Docker asks the registries,
 * with the credentials and mirrors that it knows; where a tag stands for one image for each platform, the digest is that of their
 * list.
 *
 * An image with a new digest has a new tag in ECR and is rolled out by the next update.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const DOCKERFILES = ["containers/inference/Dockerfile", "containers/training/Dockerfile"];
const PINNED = /^ARG BASE_IMAGE=([^\s@]+)@(sha256:[0-9a-f]{64})$/m;

/**
 * Writes the present digest into a Dockerfile.
 *
 * @returns one line about what it found
 * @throws Error where the file does not pin a base image, or Docker does not find the tag's digest
 */
export function renew(dockerfile: string): string {
  const text = readFileSync(dockerfile, "utf8");
  const [, name, former] = PINNED.exec(text) ?? [];
  if (name === undefined) {
    throw new Error(`${dockerfile} has no line ARG BASE_IMAGE=NAME:TAG@sha256:…`);
  }
  // A template that begins with .Manifest would print all about it.
  const inspect = ["buildx", "imagetools", "inspect", "--format", "{{println .Manifest.Digest}}"];
  const { error, stdout, stderr } = spawnSync("docker", [...inspect, name], { encoding: "utf8" });
  const digest = stdout?.trim();
  if (error !== undefined || !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    const reason = error?.message ?? (stderr.trim() || "it printed no digest");
    throw new Error(`docker ${inspect.slice(0, 3).join(" ")} ${name} failed: ${reason}`);
  }
  writeFileSync(dockerfile, text.replace(PINNED, `ARG BASE_IMAGE=${name}@${digest}`));
  return `${name} ${digest === former ? "still is" : "is now"} ${digest}`;
}

if (require.main === module) {
  try {
    for (const dockerfile of DOCKERFILES) {
      console.log(renew(path.resolve(__dirname, "..", dockerfile)));
    }
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
