import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PackedDirectory } from "../../archive";
import { policy } from "../../iam/documents";
import { keyPolicy } from "../../iam/key-use";
import { roleArns } from "../../iam/roles";
import { denyWithoutTls } from "../../iam/statements";
import { bucketArn, type Location } from "../../location";
import { prefixes } from "../../prefixes";
import type { RoleConfig } from "../../schema/role";
import type { DataConfig } from "../../schema/stack";

export interface DataBucketArgs {
  /** Name of the bucket, unique in the world. */
  readonly bucketName: pulumi.Input<string>;
  /** Account and region of the stack. */
  readonly location: Location;
  /** How long things are kept, and the key. */
  readonly settings: DataConfig;
  /**
   * Names of roles outside of the stack's path that may use the stack's own key.
   * @default none
   */
  readonly existingRoles?: readonly string[];
  /**
   * Protects the bucket and leaves it behind on `pulumi destroy`, with its settings; otherwise it is deleted with all it holds.
   * @default false
   */
  readonly keep?: boolean;
}

/** A private, encrypted, versioned bucket that answers over TLS only. */
export class DataBucket extends pulumi.ComponentResource {
  /** The bucket's name, known in a preview; what puts things in depends on this component, so that it is private by then. */
  readonly bucketName: pulumi.Output<string>;
  /** The KMS key that encrypts the bucket, where it is not S3's own. */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** The bucket, where it is the stack's own. */
  private readonly bucket?: aws.s3.Bucket;
  private readonly models = new Map<string, aws.s3.BucketObjectv2>();

  constructor(
    name: string,
    private readonly args: DataBucketArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("kennel:index:DataBucket", name, {}, options);
    const { settings } = args;
    this.kmsKeyArn = settings.ownKey === true ? this.createKey(name, args) : settings.kmsKeyArn;
    this.bucket = settings.existing === undefined ? this.create(name, args) : undefined;
    this.bucketName =
      this.bucket?.bucket ??
      aws.s3.getBucketOutput({ bucket: settings.existing! }, { parent: this }).bucket;
    this.registerOutputs({ bucketName: this.bucketName });
  }

  /** The key, where the policy of a role must allow its use: the stack's own key itself allows the roles that it knows. */
  keyToAllow(role?: RoleConfig): pulumi.Input<string> | undefined {
    const { settings, existingRoles = [] } = this.args;
    const isUnknown = role !== undefined && !existingRoles.includes(role.existing);
    return isUnknown ? this.kmsKeyArn : settings.kmsKeyArn;
  }

  /** Uploads a packed model below the hash of its content, once however many endpoints serve it. */
  uploadModel({ path: archive, contentHash }: PackedDirectory): aws.s3.BucketObjectv2 {
    const uploaded = this.models.get(contentHash);
    if (uploaded !== undefined) {
      return uploaded;
    }
    const object = new aws.s3.BucketObjectv2(
      `model-${contentHash}`,
      {
        bucket: this.bucketName,
        key: `${prefixes.models}${contentHash}/model.tar.gz`,
        source: new pulumi.asset.FileAsset(path.relative(process.cwd(), archive)),
        contentType: "application/gzip",
      },
      {
        // Below the bucket, since a child of this component can't wait for its siblings.
        parent: this.bucket ?? this,
        dependsOn: this.bucket && this,
        protect: false,
        // An endpoint that rolled back needs its old model still.
        retainOnDelete: true,
      },
    );
    this.models.set(contentHash, object);
    return object;
  }

  /** A key that the stack's roles may use, and whoever else has the permission in this account. */
  private createKey(name: string, args: DataBucketArgs): pulumi.Output<string> {
    const { location, settings, existingRoles = [], keep = false } = args;
    const key = new aws.kms.Key(
      name,
      {
        description: pulumi.interpolate`Encrypts ${args.bucketName} and the disks beside it`,
        policy: pulumi.jsonStringify(
          keyPolicy({
            location,
            bucketArn: bucketArn(location, settings.existing ?? args.bucketName),
            roleArns: roleArns(location, existingRoles),
          }),
        ),
        enableKeyRotation: true,
        deletionWindowInDays: 30,
      },
      // Without its key a bucket that is kept could never be read again.
      { parent: this, protect: keep, retainOnDelete: keep },
    );
    // For people: a training job takes no alias, and permissions must not hang on one.
    new aws.kms.Alias(
      name,
      { name: pulumi.interpolate`alias/${args.bucketName}`, targetKeyId: key.keyId },
      { parent: key, retainOnDelete: keep },
    );
    return key.arn;
  }

  private create(name: string, args: DataBucketArgs): aws.s3.Bucket {
    const { settings, location, keep = false } = args;
    const bucket = new aws.s3.Bucket(
      name,
      { bucket: args.bucketName, forceDestroy: !keep },
      { parent: this, protect: keep, retainOnDelete: keep },
    );
    // Siblings, not children, of the bucket: what depends on this component waits for its direct children only. They stay with
    // it, because a bucket that is kept without them is neither as private nor as encrypted as it was.
    const child = { parent: this, retainOnDelete: keep };
    const publicAccessBlock = new aws.s3.BucketPublicAccessBlock(
      name,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      child,
    );
    new aws.s3.BucketOwnershipControls(
      name,
      { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      child,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      { bucket: bucket.bucket, rules: [encryptionRule(this.kmsKeyArn)] },
      child,
    );
    const versioning = new aws.s3.BucketVersioning(
      name,
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      child,
    );
    if (settings.accessLogs !== undefined) {
      new aws.s3.BucketLogging(
        name,
        {
          bucket: bucket.bucket,
          targetBucket: settings.accessLogs,
          targetPrefix: pulumi.interpolate`${args.bucketName}/`,
        },
        child,
      );
    }
    new aws.s3.BucketLifecycleConfiguration(
      name,
      { bucket: bucket.bucket, rules: lifecycleRules(settings) },
      // Rules on old versions mean nothing before there are versions.
      { ...child, dependsOn: versioning },
    );
    new aws.s3.BucketPolicy(
      name,
      { bucket: bucket.bucket, policy: tlsOnlyPolicy(location, args.bucketName) },
      // S3 refuses two changes of a bucket's access at the same time.
      { ...child, dependsOn: publicAccessBlock },
    );
    return bucket;
  }
}

function encryptionRule(
  kmsKeyArn: pulumi.Input<string> | undefined,
): aws.types.input.s3.BucketServerSideEncryptionConfigurationRule {
  return kmsKeyArn === undefined
    ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
    : {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: kmsKeyArn,
        },
        // One data key for the bucket instead of one call to KMS for each object.
        bucketKeyEnabled: true,
      };
}

function lifecycleRules(
  settings: DataConfig,
): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  const expire = (
    id: string,
    prefix: string,
    days: number,
  ): aws.types.input.s3.BucketLifecycleConfigurationRule => ({
    id,
    status: "Enabled",
    filter: { prefix },
    expiration: { days },
  });
  return [
    {
      id: "old-versions",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: settings.oldVersionsDays },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      expiration: { expiredObjectDeleteMarker: true },
    },
    expire("capture", prefixes.capture, settings.captureDays),
    expire("async", prefixes.asynchronous, settings.captureDays),
    expire("batch", prefixes.batch, settings.captureDays),
    expire("cache", prefixes.cache, settings.cacheDays),
  ];
}

function tlsOnlyPolicy(
  location: Location,
  bucketName: pulumi.Input<string>,
): aws.iam.PolicyDocument {
  const withoutTls = denyWithoutTls(
    "s3:*",
    bucketArn(location, bucketName),
    bucketArn(location, bucketName, "*"),
  );
  const Condition = { NumericLessThan: { "s3:TlsVersion": "1.2" } };
  return policy(withoutTls, { ...withoutTls, Sid: "DenyOldTls", Condition });
}
