import type * as pulumi from "@pulumi/pulumi";
import { DataBucket as Bucket } from "../components/storage/data-bucket";
import { dataBucketName } from "../names";
import { checkArguments } from "./arguments";
import { currentContext, type RegionArgs } from "./context";
import type { DataSettings } from "./settings.generated";

/** Arguments of {@link DataBucket}. */
export interface DataBucketArgs extends DataSettings, RegionArgs {
  /**
   * Protects the bucket and leaves it behind on `pulumi destroy`; otherwise it is deleted with all it holds.
   * @default false
   */
  readonly keep?: boolean;
}

/**
 * A private, encrypted, versioned bucket for models and recordings that several endpoints share.
 *
 * @example
 * ```ts
 * const dataBucket = new DataBucket("data", { keep: true });
 * ```
 */
export class DataBucket extends Bucket {
  constructor(name: string, args: DataBucketArgs = {}, options?: pulumi.ComponentResourceOptions) {
    const { keep, region, ...given } = args;
    const { naming, location } = currentContext({ region }, options);
    const component = `new DataBucket(${JSON.stringify(name)})`;
    const settings = checkArguments(component, ["data"], given, ({ data }) => data);
    super(
      name,
      { bucketName: dataBucketName(naming, location, name), location, settings, keep },
      options,
    );
  }
}
