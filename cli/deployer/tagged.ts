import { allow, type KnownStatement, type Place, when } from "./place";

/** The conditions that a request sets the stack's tag, and that a resource has it. */
export function byTag({ stackTag }: Place) {
  return {
    asked: { StringEquals: { "aws:RequestTag/Stack": stackTag } },
    has: { StringEquals: { "aws:ResourceTag/Stack": stackTag } },
  };
}

/** ARNs of everything of a kind that an account owns; of EC2 itself and of any account are `` and `*`. */
function ec2Arn({ partition, region, account }: Place) {
  return (kind: string, owner = account) => `arn:${partition}:ec2:${region}:${owner}:${kind}/*`;
}

/** Types of EC2, whose ids nobody knows beforehand: the stack's tag tells what is the stack's. */
export const ec2Types: ReadonlySet<string> = new Set([
  "aws:ec2/instance:Instance",
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
]);

/** Instances, launch templates and security groups. Source: Service Authorization Reference, Amazon EC2. */
export function ec2Statements(types: ReadonlySet<string>, place: Place): KnownStatement[] {
  const { asked, has } = byTag(place);
  const ec2 = ec2Arn(place);
  const groups = [ec2("security-group")];
  const tagged = ["instance", "launch-template", "security-group", "security-group-rule", "volume"];
  const taggedArns = tagged.map((kind) => ec2(kind));
  const statements = [
    allow(
      "ReadEc2",
      "ec2",
      "DescribeInstances DescribeInstanceCreditSpecifications DescribeInstanceTypes DescribeLaunchTemplates " +
        "DescribeLaunchTemplateVersions DescribeNetworkInterfaces DescribeSecurityGroupRules DescribeSecurityGroups DescribeSubnets " +
        "DescribeTags DescribeVolumes DescribeVpcs",
      "*",
    ),
    allow("CreateSecurityGroup", "ec2", "CreateSecurityGroup", groups, asked),
    // Subnets and networks may be shared by another account.
    allow("CreateSecurityGroupInNetwork", "ec2", "CreateSecurityGroup DescribeVpcAttribute", [
      ec2("vpc", "*"),
    ]),
    allow(
      "ManageSecurityGroup",
      "ec2",
      "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress DeleteSecurityGroup ModifySecurityGroupRules " +
        "RevokeSecurityGroupEgress RevokeSecurityGroupIngress",
      groups,
      has,
    ),
    allow(
      "CreateSecurityGroupRule",
      "ec2",
      "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress",
      [ec2("security-group-rule")],
      asked,
    ),
    allow("TagWhatIsCreated", "ec2", "CreateTags", taggedArns, {
      StringEquals: {
        ...asked.StringEquals,
        "ec2:CreateAction": [
          "AuthorizeSecurityGroupEgress",
          "AuthorizeSecurityGroupIngress",
          "CreateLaunchTemplate",
          "CreateSecurityGroup",
          "RunInstances",
        ],
      },
    }),
    allow("TagWhatExists", "ec2", "CreateTags DeleteTags", taggedArns, has),
  ];
  const hasNotebook = types.has("aws:sagemaker/notebookInstance:NotebookInstance");
  const starts =
    types.has("aws:ec2/instance:Instance") || types.has("aws:ec2/launchTemplate:LaunchTemplate");
  return [
    ...statements,
    ...when(hasNotebook, ...notebookStatements(place)),
    ...when(starts, ...startStatements(place)),
  ];
}

/** Source: SageMaker developer guide, "SageMaker AI API permissions", CreateNotebookInstance with a VPC. */
function notebookStatements(place: Place): KnownStatement[] {
  const ec2 = ec2Arn(place);
  return [
    allow("ConnectNotebook", "ec2", "CreateNetworkInterface", [
      ec2("network-interface"),
      ec2("security-group"),
      ec2("subnet", "*"),
    ]),
    allow("DisconnectNotebook", "ec2", "DeleteNetworkInterface", [ec2("network-interface")]),
  ];
}

function startStatements(place: Place): KnownStatement[] {
  const { partition, region } = place;
  const { asked, has } = byTag(place);
  const ec2 = ec2Arn(place);
  return [
    allow("RunInstances", "ec2", "RunInstances", [ec2("instance")], asked),
    allow("RunInstancesWith", "ec2", "RunInstances", [
      ec2("image", ""),
      ec2("key-pair"),
      ec2("launch-template"),
      ec2("network-interface"),
      ec2("security-group"),
      ec2("subnet", "*"),
      ec2("volume"),
    ]),
    allow(
      "ManageInstances",
      "ec2",
      "DescribeInstanceAttribute ModifyInstanceAttribute ModifyInstanceMetadataOptions StartInstances StopInstances TerminateInstances",
      [ec2("instance")],
      has,
    ),
    allow("CreateLaunchTemplate", "ec2", "CreateLaunchTemplate", [ec2("launch-template")], asked),
    allow(
      "ManageLaunchTemplate",
      "ec2",
      "CreateLaunchTemplateVersion DeleteLaunchTemplate ModifyLaunchTemplate",
      [ec2("launch-template")],
      has,
    ),
    allow("ReadImageName", "ssm", "GetParameter", [
      `arn:${partition}:ssm:${region}::parameter/aws/service/deeplearning/*`,
    ]),
  ];
}

/**
 * The use of keys: uploads to an encrypted bucket, and grants for encrypted disks.
 *
 * Source: SageMaker developer guide, "SageMaker AI API permissions" (CreateEndpoint and CreateNotebookInstance need
 * kms:CreateGrant and kms:DescribeKey of who calls them).
 *
 * @param keys ARNs, or a pattern
 * @param bucket its name
 */
export function keyUse(keys: readonly string[], bucket: string, place: Place): KnownStatement[] {
  const { partition, region } = place;
  const bucketArn = `arn:${partition}:s3:::${bucket}`;
  return [
    allow("UploadEncrypted", "kms", "Decrypt GenerateDataKey", keys, {
      StringLike: {
        "kms:ViaService": `s3.${region}.*`,
        "kms:EncryptionContext:aws:s3:arn": [bucketArn, `${bucketArn}/*`],
      },
    }),
    allow("GrantForDisks", "kms", "CreateGrant", keys, {
      Bool: { "kms:GrantIsForAWSResource": "true" },
      StringLike: { "kms:ViaService": `sagemaker.${region}.*` },
    }),
    allow("ReadKeys", "kms", "DescribeKey", keys),
  ];
}

/**
 * Creating and managing the stack's own key. Source: Service Authorization Reference, AWS KMS.
 *
 * @param keys the pattern of all keys
 * @param aliases ARNs of its names
 * @param isKept whether the stack leaves it behind
 */
export function keyManagement(
  keys: readonly string[],
  aliases: readonly string[],
  isKept: boolean,
  place: Place,
): KnownStatement[] {
  const { asked, has } = byTag(place);
  const deletes = isKept ? "" : " ScheduleKeyDeletion";
  return [
    allow("CreateKey", "kms", "CreateKey", "*", asked),
    allow("TagNewKey", "kms", "TagResource", keys, asked),
    // Directly after the creation, when the tag may not count yet.
    allow(
      "ReadKeyAndRotateIt",
      "kms",
      "EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListResourceTags",
      keys,
    ),
    allow(
      "ManageKey",
      "kms",
      `DisableKeyRotation PutKeyPolicy UntagResource UpdateKeyDescription${deletes}`,
      keys,
      has,
    ),
    allow("NameKey", "kms", "CreateAlias UpdateAlias DeleteAlias", [...keys, ...aliases]),
    allow("ReadAliases", "kms", "ListAliases", "*"),
  ];
}
