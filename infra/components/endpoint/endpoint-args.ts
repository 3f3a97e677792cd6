import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { LiveAccount } from "../../live/account";
import type { Location } from "../../location";
import type { EndpointConfig } from "../../schema/endpoint";
import type { Image } from "../images/image";
import type { AlarmTopic } from "../monitoring/alarm-topic";
import type { DataBucket } from "../storage/data-bucket";

/** A model's archive and who may read it. */
export interface ModelArtifact {
  /** `s3://bucket/key/model.tar.gz`. */
  readonly uri: pulumi.Input<string>;
  /** Objects that the endpoint may read: this archive and those it may have to roll back to. */
  readonly readableArn: pulumi.Input<string>;
  /** ARN of the bucket that it is in. */
  readonly bucketArn: pulumi.Input<string>;
  /**
   * KMS keys that it may be encrypted with, as far as the role's policy must allow their use.
   * @default none
   */
  readonly kmsKeyArns?: readonly pulumi.Input<string>[];
}

export interface EndpointArgs {
  /** The endpoint's name in SageMaker: another one whenever it must be replaced (see `endpointName`). */
  readonly endpointName: string;
  /** Account and region of the stack. */
  readonly location: Location;
  /** The images that serve models, one for each kind of processor. */
  readonly image: Pick<Image, "uriFor" | "repositoryArn">;
  /** The model to serve. */
  readonly model: ModelArtifact;
  /**
   * The model of the shadow in `settings`.
   * @default `model`
   */
  readonly shadowModel?: ModelArtifact | undefined;
  /** Serving, scaling, shadow, capture and role. */
  readonly settings: Pick<EndpointConfig, "serving" | "scaling" | "shadow" | "capture" | "role">;
  /**
   * Where to look at what runs before an update, and at what is served after it.
   * @default nowhere: an update starts with `serving.instanceCount` of `settings`, and a rollback is not noticed
   */
  readonly account?: LiveAccount | undefined;
  /**
   * How it moves to another model or configuration.
   * @default SageMaker's: all at once, without looking at alarms
   */
  readonly deployment?: aws.types.input.sagemaker.EndpointDeploymentConfig;
  /**
   * Topic that hears of errors of an async endpoint which names none itself.
   * @default none
   */
  readonly alarmTopic?: Pick<AlarmTopic, "topicArn" | "knownTopicArn"> | undefined;
  /** Where recordings go, and the requests and answers of async endpoints. */
  readonly dataBucket: Pick<DataBucket, "bucketName" | "kmsKeyArn" | "keyToAllow">;
}
