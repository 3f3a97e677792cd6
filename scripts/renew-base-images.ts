/**
 * `npm run images:renew`: asks the registries for the present digests of the base images' tags and writes them into the
 * Dockerfiles.
 *
 * The digest is the tag's own, so that of a list of images where there is one image for each platform. An image with a new digest
 * has a new tag in ECR and is rolled out by the next update.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const REPOSITORY = path.resolve(__dirname, "..");
const DOCKERFILES = ["containers/inference/Dockerfile", "containers/training/Dockerfile"];

const PINNED = /^(ARG BASE_IMAGE=)([^\s@]+)@(sha256:[0-9a-f]{64})$/m;

/** What a tag may stand for; without lists a registry answers with the image for one platform. */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

interface Reference {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

/** Takes a name apart as Docker does: without a registry it is one of Docker Hub's, and without a user an official one. */
export function parseReference(name: string): Reference {
  const [, prefix, repository = "", tag = "latest"] =
    /^(?:([^/]*[.:][^/]*|localhost)\/)?([^:]+)(?::([^:/]+))?$/.exec(name) ?? [];
  if (repository === "") {
    throw new Error(`${name} is not the name of an image: NAME:TAG or REGISTRY/NAME:TAG`);
  }
  if (prefix !== undefined && prefix !== "docker.io") {
    return { registry: prefix, repository, tag };
  }
  const official = repository.includes("/") ? repository : `library/${repository}`;
  return { registry: "registry-1.docker.io", repository: official, tag };
}

/**
 * The digest that the tag has now.
 *
 * Source of the protocol: opencontainers/distribution-spec, and the token authentication of distribution/distribution.
 * @param name such as `node:22-bookworm-slim` or `127.0.0.1:5000/base:1`
 */
export async function currentDigest(name: string): Promise<string> {
  const { registry, repository, tag } = parseReference(name);
  const scheme = /^(localhost|127\.0\.0\.1)(:|$)/.test(registry) ? "http" : "https";
  const url = `${scheme}://${registry}/v2/${repository}/manifests/${tag}`;
  const ask = (authorization?: string): Promise<Response> =>
    fetch(url, {
      method: "HEAD",
      headers: { Accept: MANIFESTS, ...(authorization && { Authorization: authorization }) },
      signal: AbortSignal.timeout(30_000),
    });
  let answer = await ask();
  if (answer.status === 401) {
    answer = await ask(`Bearer ${await anonymousToken(answer, repository)}`);
  }
  const digest = answer.headers.get("docker-content-digest");
  if (!answer.ok || digest === null || !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new Error(`${name}: ${registry} answered ${answer.status} and no digest`);
  }
  return digest;
}

async function anonymousToken(refusal: Response, repository: string): Promise<string> {
  const challenge = refusal.headers.get("www-authenticate") ?? "";
  const parameter = (key: string): string | undefined =>
    new RegExp(`${key}="([^"]*)"`).exec(challenge)?.[1];
  const realm = parameter("realm");
  if (realm === undefined) {
    throw new Error(`${refusal.url} wants credentials and does not say where to get them`);
  }
  const query = new URLSearchParams({
    service: parameter("service") ?? "",
    scope: parameter("scope") ?? `repository:${repository}:pull`,
  });
  const answer = await fetch(`${realm}?${query}`, { signal: AbortSignal.timeout(30_000) });
  const { token, access_token } = (await answer.json()) as Record<string, string | undefined>;
  return token ?? access_token ?? "";
}

/**
 * Writes the present digest into a Dockerfile.
 *
 * @returns one line about what it found
 * @throws Error when the file pins no base image, or its registry does not answer
 */
export async function renew(dockerfile: string): Promise<string> {
  const text = readFileSync(dockerfile, "utf8");
  const [, argument = "", name, former] = PINNED.exec(text) ?? [];
  if (name === undefined) {
    throw new Error(`${dockerfile} has no line ARG BASE_IMAGE=NAME:TAG@sha256:…`);
  }
  const digest = await currentDigest(name);
  if (digest === former) {
    return `${name} still is ${digest}`;
  }
  writeFileSync(dockerfile, text.replace(PINNED, `${argument}${name}@${digest}`));
  return `${name} is now ${digest}`;
}

async function main(): Promise<void> {
  for (const dockerfile of DOCKERFILES) {
    console.log(await renew(path.join(REPOSITORY, dockerfile)));
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    const { message, cause } = error as Error;
    console.error(cause instanceof Error ? `${message}: ${cause.message}` : message);
    process.exitCode = 2;
  });
}
