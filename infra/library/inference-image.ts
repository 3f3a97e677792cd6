import type * as pulumi from "@pulumi/pulumi";
import { Image } from "../components/images/image";
import { repositoryName } from "../names";
import type { Platform } from "../platform";
import { currentContext, type RegionArgs } from "./context";

/** Arguments of {@link InferenceImage}. */
export interface InferenceImageArgs extends RegionArgs {
  /**
   * What the image is built for, an image each.
   * @default ["linux/amd64"]
   */
  readonly platforms?: readonly Platform[];
  /**
   * Leaves the repository behind on `pulumi destroy`, with its images.
   * @default false
   */
  readonly keep?: boolean;
}

/**
 * The image that serves models, in an immutable ECR repository, for several endpoints to share. Building it needs Docker.
 *
 * @example
 * ```ts
 * const image = new InferenceImage("inference", { platforms: ["linux/amd64", "linux/arm64"] });
 * ```
 */
export class InferenceImage extends Image {
  constructor(
    name: string,
    args: InferenceImageArgs = {},
    options?: pulumi.ComponentResourceOptions,
  ) {
    const { region, ...image } = args;
    const { naming, location } = currentContext({ region }, options);
    const dockerfile = "containers/inference/Dockerfile";
    super(
      name,
      { ...image, repositoryName: repositoryName(naming, name), location, dockerfile },
      options,
    );
  }
}
