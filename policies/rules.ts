import type { Rule } from "./rule";
import { functionLogGroup } from "./rules/cloudwatch/function-log-group";
import { logRetention } from "./rules/cloudwatch/log-retention";
import { encryptedVolumes } from "./rules/ec2/encrypted-volumes";
import { instanceMetadataV2 } from "./rules/ec2/instance-metadata-v2";
import { noPublicAddress } from "./rules/ec2/no-public-address";
import { securityGroupOpenPorts } from "./rules/ec2/security-group-open-ports";
import { securityGroupRemoteAccess } from "./rules/ec2/security-group-remote-access";
import { imageLifecycle } from "./rules/ecr/image-lifecycle";
import { imageScanOnPush } from "./rules/ecr/image-scan-on-push";
import { imageTagsImmutable } from "./rules/ecr/image-tags-immutable";
import { noPublicRegistry } from "./rules/ecr/no-public-registry";
import { invokeEndpointScope } from "./rules/iam/invoke-endpoint-scope";
import { noFullAccess } from "./rules/iam/no-full-access";
import { noNearlyFullAccess } from "./rules/iam/no-nearly-full-access";
import { noPrivilegeEscalation } from "./rules/iam/no-privilege-escalation";
import { noPublicResourcePolicy } from "./rules/iam/no-public-resource-policy";
import { passRoleScope } from "./rules/iam/pass-role-scope";
import { readablePolicyDocument } from "./rules/iam/readable-policy-document";
import { resourcePolicySource } from "./rules/iam/resource-policy-source";
import { roleTrustScope } from "./rules/iam/role-trust-scope";
import { roleTrustSource } from "./rules/iam/role-trust-source";
import { bucketEncryption } from "./rules/s3/bucket-encryption";
import { bucketPublicAccessBlock } from "./rules/s3/bucket-public-access-block";
import { bucketTlsOnly } from "./rules/s3/bucket-tls-only";
import { bucketVersioning } from "./rules/s3/bucket-versioning";
import { noPublicAcl } from "./rules/s3/no-public-acl";

/** Every rule of the pack. */
export const rules: readonly Rule[] = [
  noFullAccess,
  noNearlyFullAccess,
  invokeEndpointScope,
  passRoleScope,
  noPrivilegeEscalation,
  readablePolicyDocument,
  roleTrustScope,
  roleTrustSource,
  noPublicResourcePolicy,
  resourcePolicySource,
  securityGroupRemoteAccess,
  securityGroupOpenPorts,
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
];
