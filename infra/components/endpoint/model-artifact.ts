import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { packDirectory } from "../../archive";
import { bucketArn, type Location } from "../../location";
import type { ModelSource } from "../../model-source";
import { prefixes } from "../../prefixes";
import type { RoleConfig } from "../../schema/role";
import type { DataBucket } from "../storage/data-bucket";
import type { ModelArtifact } from "./endpoint-args";

export interface ModelArtifactArgs {
  /** Account and region of the stack. */
  readonly location: Location;
  /** Where the model comes from. */
  readonly source: ModelSource;
  /** Where a model of this repository goes. */
  readonly dataBucket: DataBucket;
  /** The role that reads it, where it is somebody else's. */
  readonly role: RoleConfig | undefined;
}

/** Turns a configured model into an archive in S3, uploading a local directory to the data bucket under its content's hash. */
export function modelArtifact(args: ModelArtifactArgs): ModelArtifact {
  const { source, location, dataBucket, role } = args;
  const { bucketName } = dataBucket;
  // Buckets may share a key, so the data bucket's counts wherever the model is.
  const kmsKeyArns = [
    dataBucket.keyToAllow(role),
    source.kind === "object" ? source.kmsKeyArn : undefined,
  ].filter((key) => key !== undefined);
  if (source.kind === "object") {
    const { bucket, key } = source;
    // Neighbours of the model are readable as well: an endpoint rolls back to the version that was there before.
    const folder = path.posix.dirname(key);
    return {
      uri: `s3://${bucket}/${key}`,
      readableArn: bucketArn(location, bucket, folder === "." ? key : `${folder}/*`),
      bucketArn: bucketArn(location, bucket),
      kmsKeyArns,
    };
  }
  const inDataBucket = {
    readableArn: bucketArn(location, bucketName, `${prefixes.models}*`),
    bucketArn: bucketArn(location, bucketName),
    kmsKeyArns,
  };
  if (source.kind === "data-bucket") {
    return { uri: pulumi.interpolate`s3://${bucketName}/${source.key}`, ...inDataBucket };
  }
  const object = dataBucket.uploadModel(packDirectory(source.path));
  return { uri: pulumi.interpolate`s3://${object.bucket}/${object.key}`, ...inDataBucket };
}
