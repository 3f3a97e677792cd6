import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../context";
import { containerNames } from "../../docker-context";
import { repositoryName } from "../../names";
import type { Platform } from "../../platform";
import { projectRoot } from "../../project-root";
import { Image, imageName } from "./image";

export interface ImagesArgs extends Context {
  /**
   * What each container's image is built for, by container.
   * @default ["linux/amd64"] for each
   */
  readonly platforms?: Readonly<Record<string, readonly Platform[]>>;
  /**
   * Leaves the repositories behind on `pulumi destroy`, with their images.
   * @default false
   */
  readonly keep?: boolean;
}

/** An image for every container of this repository: each folder of `containers/` with a Dockerfile. */
export class Images extends pulumi.ComponentResource {
  /** The image that serves models. */
  readonly inference: Image;
  /** The image that trains models. */
  readonly training: Image;
  /** Every image's address with digest, by container; an Arm image's name ends in `-arm64`. */
  readonly uris: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: ImagesArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Images", name, {}, options);
    const names = containerNames(projectRoot);
    for (const needed of ["inference", "training"].filter((each) => !names.includes(each))) {
      throw new pulumi.ResourceError(`containers/${needed}/Dockerfile is missing.`, this, true);
    }
    const { naming, location, keep, platforms } = args;
    const images = Object.fromEntries(
      names.map((container) => {
        const dockerfile = `containers/${container}/Dockerfile`;
        const repository = repositoryName(naming, container);
        const image = {
          repositoryName: repository,
          location,
          dockerfile,
          platforms: platforms?.[container],
          keep,
        };
        return [container, new Image(container, image, { parent: this })];
      }),
    );
    this.inference = images["inference"]!;
    this.training = images["training"]!;
    this.uris = Object.fromEntries(
      Object.entries(images).flatMap(([container, { uris }]) =>
        [...uris].map(([platform, uri]) => [imageName(container, platform), uri]),
      ),
    );
    this.registerOutputs({ uris: this.uris });
  }
}
