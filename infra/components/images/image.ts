import { createHash } from "node:crypto";
import * as path from "node:path";
import * as aws from "@pulumi/aws";
// Not all of awsx, most of which is for ECS.
import * as ecr from "@pulumi/awsx/ecr";
import awsxPackage from "@pulumi/awsx/package.json";
import * as pulumi from "@pulumi/pulumi";
import { buildContext, type BuildContext } from "../../build-context";
import { arn, type Location } from "../../location";
import { platformOf, type Platform } from "../../platform";
import { projectRoot } from "../../project-root";

export interface ImageArgs {
  /** Name of the ECR repository, such as `kennel-dev/inference`. */
  readonly repositoryName: string;
  /** Account and region of the stack. */
  readonly location: Location;
  /** Path of the Dockerfile from the repository's root; its `.dockerignore` lists what the image is made from. */
  readonly dockerfile: string;
  /**
   * What the image is built for, an image each.
   * @default ["linux/amd64"]
   */
  readonly platforms?: readonly Platform[];
  /**
   * Leaves the repository behind on `pulumi destroy`, with its images; otherwise they are deleted with it.
   * @default false
   */
  readonly keep?: boolean;
}

/**
 * An image built from this repository, in an immutable ECR repository of its own.
 *
 * Its tag is a hash of all that it is built from, so that it is built once: an image that the repository has already, because
 * of an earlier commit, is used again. No update deletes an image, because models that are kept for a rollback name it.
 */
export class Image extends pulumi.ComponentResource {
  /** Addresses with digest, `….amazonaws.com/name@sha256:…`, by platform: another one whenever the image is. */
  readonly uris: ReadonlyMap<Platform, pulumi.Output<string>>;
  /** ARN of the repository, known in a preview. */
  readonly repositoryArn: pulumi.Output<string>;

  constructor(name: string, args: ImageArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Image", name, {}, options);
    const { keep = false, platforms = ["linux/amd64"] } = args;
    const repository = new aws.ecr.Repository(
      name,
      {
        name: args.repositoryName,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "AES256" }],
        forceDelete: !keep,
      },
      { parent: this, retainOnDelete: keep },
    );
    new aws.ecr.LifecyclePolicy(
      name,
      { repository: repository.name, policy: expireUntagged },
      { parent: repository, retainOnDelete: keep },
    );
    const context = buildContext(projectRoot, args.dockerfile);
    this.uris = new Map(
      platforms.map((platform) => [
        platform,
        this.build(imageName(name, platform), repository, context, platform, args),
      ]),
    );
    this.repositoryArn = arn(args.location, "ecr", `repository/${args.repositoryName}`);
    this.registerOutputs({ uris: Object.fromEntries(this.uris) });
  }

  /**
   * Address with digest of the image for instances of `instanceType`.
   *
   * @param instanceType undefined where AWS chooses the instances (serverless)
   */
  uriFor(instanceType: string | undefined): pulumi.Output<string> {
    const platform = platformOf(instanceType);
    const uri = this.uris.get(platform);
    if (uri === undefined) {
      throw new pulumi.ResourceError(
        `${instanceType ?? "A serverless endpoint"} needs an image for ${platform}; add it to platforms.`,
        this,
        true,
      );
    }
    return uri;
  }

  private build(
    name: string,
    { repositoryUrl }: aws.ecr.Repository,
    context: BuildContext,
    platform: Platform,
    args: ImageArgs,
  ): pulumi.Output<string> {
    const tag = imageTag(context, platform);
    const pushed = async (): Promise<string | undefined> => {
      const { repositoryName } = args;
      const { imageIds } = await aws.ecr.getImages({ repositoryName }, { parent: this });
      // The mocks of another program's unit test may answer nothing.
      return imageIds?.find(({ imageTag: found }) => found === tag)?.imageDigest;
    };
    const folder = path.relative(process.cwd(), context.directory);
    const image = new ecr.Image(
      name,
      {
        repositoryUrl,
        // Relative, because the builder builds again where the path is another one.
        context: folder,
        dockerfile: path.join(folder, args.dockerfile),
        imageTag: tag,
        platform,
      },
      { parent: this, transforms: [buildOnce(pushed)] },
    );
    // The address is not known before the repository exists, and then there is something to look up.
    const found = repositoryUrl.apply(pushed);
    return pulumi
      .all([repositoryUrl, found])
      .apply(([url, digest]) =>
        digest === undefined ? image.imageUri : pulumi.output(`${url}@${digest}`),
      );
  }
}

/** The name of the image for `platform` where there may be several. */
export function imageName(container: string, platform: Platform): string {
  return platform === "linux/amd64" ? container : `${container}-${path.basename(platform)}`;
}

/** A builder of another version may build again what it has built before, and so has tags of its own. */
function imageTag({ contentHash }: BuildContext, platform: Platform): string {
  return createHash("sha256")
    .update([contentHash, platform, awsxPackage.version].join("\0"))
    .digest("hex")
    .slice(0, 16);
}

/** A build of nothing that goes nowhere. */
const nothingToBuild = {
  push: false,
  dockerfile: { inline: "FROM scratch" },
  exports: [{ cacheonly: {} }],
  cacheFrom: [],
  cacheTo: [],
};

/**
 * Keeps awsx's build from pushing a tag again, which an immutable repository refuses, and from deleting what it has pushed.
 *
 * Where the repository has the tag, a build that the state does not know becomes one of nothing; one that it knows stays as it
 * was, because changes of these inputs are ignored. Images go with their repository.
 *
 * @param pushed looks up the digest of what has the tag
 */
function buildOnce(pushed: () => Promise<string | undefined>): pulumi.ResourceTransform {
  return async ({ type, props, opts }) => {
    if (type !== "docker-build:index:Image") {
      return undefined;
    }
    const retained = pulumi.mergeOptions(opts, { retainOnDelete: true });
    return (await pushed()) === undefined
      ? { props, opts: retained }
      : {
          props: { ...props, ...nothingToBuild },
          opts: pulumi.mergeOptions(retained, { ignoreChanges: Object.keys(nothingToBuild) }),
        };
  };
}

/** Every image that was ever deployed has a tag, so expiring what has none can't take one away from an endpoint. */
const expireUntagged: aws.types.input.ecr.LifecyclePolicyDocument = {
  rules: [
    {
      rulePriority: 1,
      description: "Layers of interrupted uploads",
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: 14,
      },
      action: { type: "expire" },
    },
  ],
};
