import * as pulumi from "@pulumi/pulumi";
import { containerNames } from "../docker-context";
import type { Location } from "../location";
import { repositoryName, type Naming } from "../names";
import { projectRoot } from "../project-root";
import { Image } from "./image";

/** Arguments of {@link Images}. */
export interface ImagesArgs {
  /** Project and stack: the repositories are named after them. */
  readonly naming: Naming;
  /** Account and region of the stack. */
  readonly location: Location;
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
  /** Every image's address with digest, by container. */
  readonly uris: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: ImagesArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Images", name, {}, options);
    const names = containerNames(projectRoot);
    for (const needed of ["inference", "training"].filter((each) => !names.includes(each))) {
      throw new pulumi.ResourceError(`containers/${needed}/Dockerfile is missing.`, this, true);
    }
    const { naming, location, keep } = args;
    const images = Object.fromEntries(
      names.map((container) => {
        const dockerfile = `containers/${container}/Dockerfile`;
        const repository = repositoryName(naming, container);
        const image = { repositoryName: repository, location, dockerfile, keep };
        return [container, new Image(container, image, { parent: this })];
      }),
    );
    this.inference = images["inference"]!;
    this.training = images["training"]!;
    this.uris = Object.fromEntries(
      Object.entries(images).map(([container, { imageUri }]) => [container, imageUri]),
    );
    this.registerOutputs({ uris: this.uris });
  }
}
