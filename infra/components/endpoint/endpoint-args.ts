import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { LiveAccount, LiveBounds } from "../../live/account";
import type { Location } from "../../location";
import type { RoleConfig } from "../../schema/role";
import type { ServingConfig } from "../../schema/serving";
import type { ShadowConfig } from "../../schema/shadow";
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
  /** Address of the inference image, with its digest. */
  readonly imageUri: pulumi.Input<string>;
  /** ARN of the image's repository. */
  readonly repositoryArn: pulumi.Input<string>;
  /** The model to serve. */
  readonly model: ModelArtifact;
  /** How it is served. */
  readonly serving: ServingConfig;
  /**
   * A model that gets copies of requests and whose answers nobody sees.
   * @default none
   */
  readonly shadow?:
    | {
        readonly model: ModelArtifact;
        /**
         * Address of the image for the shadow's instances.
         * @default that of the endpoint's
         */
        readonly imageUri?: pulumi.Input<string>;
        readonly settings: ShadowConfig;
      }
    | undefined;
  /**
   * Between how many instances scaling moves it, at any time of its schedule: an update starts with as many as run.
   * @default none: an update starts with `serving.instanceCount`
   */
  readonly scaledBetween?: LiveBounds | undefined;
  /**
   * Where to look at what runs before an update, and at what is served after it.
   * @default nowhere: an update starts with `serving.instanceCount`, and a rollback is not noticed
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
  /**
   * Share of the requests to record in the data bucket, in percent.
   * @default none
   */
  readonly capturePercentage?: number;
  /**
   * The role to run with.
   * @default one is created
   */
  readonly role?: RoleConfig | undefined;
  /** Where recordings go, and the requests and answers of async endpoints. */
  readonly dataBucket: Pick<DataBucket, "bucketName" | "kmsKeyArn" | "keyToAllow">;
}
