import type { Rule } from "./rule";
import { scalingBounds } from "./rules/appautoscaling/scaling-bounds";
import { scalingBurstableVariant } from "./rules/appautoscaling/scaling-burstable-variant";
import { scalingCooldowns } from "./rules/appautoscaling/scaling-cooldowns";
import { scalingPolicyTarget } from "./rules/appautoscaling/scaling-policy-target";
import { scalingTargetEndpoint } from "./rules/appautoscaling/scaling-target-endpoint";
import { scalingToZero } from "./rules/appautoscaling/scaling-to-zero";
import { functionLogGroup } from "./rules/cloudwatch/function-log-group";
import { logRetention } from "./rules/cloudwatch/log-retention";
import { encryptedVolumes } from "./rules/ec2/encrypted-volumes";
import { instanceMetadataV2 } from "./rules/ec2/instance-metadata-v2";
import { noPublicAddress } from "./rules/ec2/no-public-address";
import { securityGroupOpenPorts } from "./rules/ec2/security-group-open-ports";
import { securityGroupPlainHttp } from "./rules/ec2/security-group-plain-http";
import { securityGroupRemoteAccess } from "./rules/ec2/security-group-remote-access";
import { imageLifecycle } from "./rules/ecr/image-lifecycle";
import { imageScanOnPush } from "./rules/ecr/image-scan-on-push";
import { imageTagsImmutable } from "./rules/ecr/image-tags-immutable";
import { noPublicRegistry } from "./rules/ecr/no-public-registry";
import { invokeEndpointScope } from "./rules/iam/invoke-endpoint-scope";
import { knownActions } from "./rules/iam/known-actions";
import { noFullAccess } from "./rules/iam/no-full-access";
import { noNearlyFullAccess } from "./rules/iam/no-nearly-full-access";
import { noPrivilegeEscalation } from "./rules/iam/no-privilege-escalation";
import { noPublicResourcePolicy } from "./rules/iam/no-public-resource-policy";
import { passRoleScope } from "./rules/iam/pass-role-scope";
import { readablePolicyDocument } from "./rules/iam/readable-policy-document";
import { resourcePolicySource } from "./rules/iam/resource-policy-source";
import { roleTrustScope } from "./rules/iam/role-trust-scope";
import { roleTrustSource } from "./rules/iam/role-trust-source";
import { environmentSecrets } from "./rules/lambda/environment-secrets";
import { functionUrlAuth } from "./rules/lambda/function-url-auth";
import { provisionedConcurrencyReserved } from "./rules/lambda/provisioned-concurrency-reserved";
import { provisionedConcurrencyVersion } from "./rules/lambda/provisioned-concurrency-version";
import { supportedRuntime } from "./rules/lambda/supported-runtime";
import { bucketEncryption } from "./rules/s3/bucket-encryption";
import { bucketPublicAccessBlock } from "./rules/s3/bucket-public-access-block";
import { bucketTlsOnly } from "./rules/s3/bucket-tls-only";
import { bucketVersioning } from "./rules/s3/bucket-versioning";
import { noPublicAcl } from "./rules/s3/no-public-acl";
import { endpointKmsKey } from "./rules/sagemaker/endpoint-kms-key";
import { endpointSingleInstance } from "./rules/sagemaker/endpoint-single-instance";
import { modelNetwork } from "./rules/sagemaker/model-network";
import { notebookIdleShutdown } from "./rules/sagemaker/notebook-idle-shutdown";
import { notebookKmsKey } from "./rules/sagemaker/notebook-kms-key";
import { notebookNoDirectInternet } from "./rules/sagemaker/notebook-no-direct-internet";
import { notebookNoRoot } from "./rules/sagemaker/notebook-no-root";
import { replaceableName } from "./rules/sagemaker/replaceable-name";
import { queueEncryption } from "./rules/sqs/queue-encryption";
import { queueTlsOnly } from "./rules/sqs/queue-tls-only";
import { leftBehind } from "./rules/stack/left-behind";
import { monthlyCost } from "./rules/stack/monthly-cost";
import { requiredTags } from "./rules/stack/required-tags";
import { unusedRole } from "./rules/stack/unused-role";

/** Every rule of the pack. */
export const rules: readonly Rule[] = [
  noFullAccess,
  noNearlyFullAccess,
  invokeEndpointScope,
  passRoleScope,
  noPrivilegeEscalation,
  readablePolicyDocument,
  knownActions,
  roleTrustScope,
  roleTrustSource,
  noPublicResourcePolicy,
  resourcePolicySource,
  securityGroupRemoteAccess,
  securityGroupOpenPorts,
  securityGroupPlainHttp,
  instanceMetadataV2,
  encryptedVolumes,
  noPublicAddress,
  bucketPublicAccessBlock,
  bucketTlsOnly,
  bucketEncryption,
  bucketVersioning,
  noPublicAcl,
  imageScanOnPush,
  imageTagsImmutable,
  imageLifecycle,
  noPublicRegistry,
  logRetention,
  functionLogGroup,
  endpointKmsKey,
  endpointSingleInstance,
  modelNetwork,
  notebookIdleShutdown,
  notebookKmsKey,
  notebookNoDirectInternet,
  notebookNoRoot,
  replaceableName,
  scalingBounds,
  scalingBurstableVariant,
  scalingCooldowns,
  scalingPolicyTarget,
  scalingTargetEndpoint,
  scalingToZero,
  environmentSecrets,
  functionUrlAuth,
  provisionedConcurrencyReserved,
  provisionedConcurrencyVersion,
  supportedRuntime,
  queueEncryption,
  queueTlsOnly,
  leftBehind,
  monthlyCost,
  requiredTags,
  unusedRole,
];
