import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { hashFiles } from "../content-hash";
import { dockerContextFiles } from "../docker-context";
import { arn, type Location } from "../location";
import { projectRoot } from "../project-root";

/** Arguments of {@link Image}. */
export interface ImageArgs {
  /** Name of the ECR repository, such as `kennel-dev/inference`. */
  readonly repositoryName: string;
  /** Account and region of the stack. */
  readonly location: Location;
  /** Path of the Dockerfile from the repository's root; its `.dockerignore` lists what the image is made from. */
  readonly dockerfile: string;
  /**
   * @default "linux/amd64"
   */
  readonly platform?: "linux/amd64" | "linux/arm64";
  /**
   * Leaves the repository behind on `pulumi destroy`, with its images; otherwise they are deleted with it.
   * @default false
   */
  readonly keep?: boolean;
}

/** An image built from this repository, in an immutable ECR repository of its own. */
export class Image extends pulumi.ComponentResource {
  /** Address with digest, `….amazonaws.com/name@sha256:…`: another one whenever the image is. */
  readonly imageUri: pulumi.Output<string>;
  /** ARN of the repository, known in a preview. */
  readonly repositoryArn: pulumi.Output<string>;

  constructor(name: string, args: ImageArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Image", name, {}, options);
    const { keep = false } = args;
    const tag = hashFiles(projectRoot, dockerContextFiles(projectRoot, args.dockerfile));
    const repository = new aws.ecr.Repository(
      name,
      {
        name: args.repositoryName,
        // A tag is a hash of the content, so the same tag never means another image.
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
      { parent: repository },
    );
    const image = new awsx.ecr.Image(
      name,
      {
        repositoryUrl: repository.repositoryUrl,
        context: path.relative(process.cwd(), projectRoot) || ".",
        dockerfile: args.dockerfile,
        imageTag: tag,
        platform: args.platform ?? "linux/amd64",
      },
      { parent: this },
    );
    this.imageUri = image.imageUri;
    this.repositoryArn = arn(args.location, "ecr", `repository/${args.repositoryName}`);
    this.registerOutputs({ imageUri: this.imageUri, repositoryArn: this.repositoryArn });
  }
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
