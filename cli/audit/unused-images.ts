import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  type ECRClient,
  type ImageDetail,
  paginateDescribeImages,
} from "@aws-sdk/client-ecr";
import type { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { daysSince, type Finding, isOlder } from "./finding";
import { imagesInUse } from "./images-in-use";

/** Younger images may be on their way: pushed, and named by nothing yet. */
const LEAST_DAYS = 14;

interface Clients {
  readonly ecr: ECRClient;
  readonly sageMaker: SageMakerClient;
}

/**
 * The images of a stack's repositories that nothing names any more: no model, no running job, no output of the stack. Only
 * tagged ones are candidates; the repositories' own lifecycle rules know when untagged ones go.
 *
 * @param imageUris - the stack's output: `REGISTRY/REPOSITORY@sha256:…` by container
 */
export async function unusedImageFindings(
  { ecr, sageMaker }: Clients,
  imageUris: Readonly<Record<string, string>>,
  stack: string,
  now: Date,
): Promise<Finding[]> {
  const current = Object.values(imageUris);
  const used = new Set([...current, ...(await imagesInUse(sageMaker))]);
  const findings: Finding[] = [];
  for (const repository of new Set(current.map(repositoryOf))) {
    const repositoryName = nameOf(repository);
    for (const { imageDigest, imageTags, imagePushedAt } of await unusedIn(
      ecr,
      repository,
      used,
      now,
    )) {
      const resource = `${repositoryName}:${imageTags!.join(", ")}`;
      findings.push({
        ...{ check: "image-unused", resource, owner: stack },
        message: `${imageDigest}, pushed ${daysSince(imagePushedAt!, now)}`,
        removal: {
          what: `delete the image ${resource}`,
          run: async () => {
            // Between the list and the answer somebody may have made a model of it.
            const usedNow = new Set([...current, ...(await imagesInUse(sageMaker))]);
            const still = await unusedIn(ecr, repository, usedNow, now);
            if (!still.some((each) => each.imageDigest === imageDigest)) {
              throw new Error("it is in use now, or gone");
            }
            const images = { repositoryName, imageIds: [{ imageDigest }] };
            const { failures = [] } = await ecr.send(new BatchDeleteImageCommand(images));
            if (failures.length > 0) {
              throw new Error(`ECR refuses: ${failures[0]!.failureReason}`);
            }
          },
        },
      });
    }
  }
  return findings;
}

async function unusedIn(
  ecr: ECRClient,
  repository: string,
  used: ReadonlySet<string>,
  now: Date,
): Promise<ImageDetail[]> {
  const tagged: ImageDetail[] = [];
  const pages = paginateDescribeImages(
    { client: ecr },
    { repositoryName: nameOf(repository), filter: { tagStatus: "TAGGED" } },
  );
  for await (const { imageDetails = [] } of pages) {
    tagged.push(...imageDetails);
  }
  const unused: ImageDetail[] = [];
  for (const image of tagged) {
    const names = [
      `@${image.imageDigest}`,
      ...(image.imageTags ?? []).map((tag) => `:${tag}`),
      ...(await platformsOf(ecr, repository, image)).map((digest) => `@${digest}`),
    ];
    const isUsed = names.some((name) => used.has(`${repository}${name}`));
    const { imagePushedAt = now } = image;
    if (!isUsed && isOlder(imagePushedAt, LEAST_DAYS, now)) {
      unused.push(image);
    }
  }
  return unused;
}

/** The images that an index of several platforms is made of: a model may name one of them. */
async function platformsOf(
  ecr: ECRClient,
  repository: string,
  { imageDigest, imageManifestMediaType }: ImageDetail,
): Promise<string[]> {
  if (!/index|manifest\.list/.test(imageManifestMediaType ?? "")) {
    return [];
  }
  const { images = [] } = await ecr.send(
    new BatchGetImageCommand({ repositoryName: nameOf(repository), imageIds: [{ imageDigest }] }),
  );
  return images.flatMap(({ imageManifest = "{}" }) => {
    const { manifests = [] } = JSON.parse(imageManifest) as { manifests?: { digest: string }[] };
    return manifests.map(({ digest }) => digest);
  });
}

/** `123456789012.dkr.ecr.us-east-1.amazonaws.com/kennel-dev/inference`, without tag and digest. */
function repositoryOf(image: string): string {
  return image.replace(/(@sha256:[0-9a-f]+|:[^:/@]+)$/, "");
}

/** The repository's name in its registry. */
function nameOf(repository: string): string {
  return repository.slice(repository.indexOf("/") + 1);
}
