import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** One statement of an IAM policy document. */
export type Statement = aws.iam.PolicyStatement;
type Arn = pulumi.Input<string>;

function allow(
  Sid: string,
  Action: string | string[],
  Resource: Statement["Resource"],
  Condition?: Statement["Condition"],
): Statement {
  return { Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) };
}

function distinct(arns: readonly Arn[]): pulumi.Output<string[]> {
  return pulumi.all([...arns]).apply((each) => [...new Set(each)]);
}

/** Invoke exactly the endpoint `endpointArn`. */
export function invokeEndpoint(endpointArn: Arn): Statement {
  return allow("InvokeEndpoint", "sagemaker:InvokeEndpoint", endpointArn);
}

/** Write log lines to the existing log groups `logGroupArns`. */
export function writeLogs(...logGroupArns: Arn[]): Statement {
  const streams = logGroupArns.map((arn) => pulumi.interpolate`${arn}:log-stream:*`);
  return allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], streams);
}

/** Create the log groups `logGroupArns`, for services that make their own, and write to them. */
export function createAndWriteLogs(...logGroupArns: Arn[]): Statement[] {
  const actions = ["logs:CreateLogGroup", "logs:DescribeLogStreams"];
  const groups = logGroupArns.flatMap((arn) => [arn, pulumi.interpolate`${arn}:*`]);
  return [allow("CreateLogGroup", actions, groups), writeLogs(...logGroupArns)];
}

/** Publish metrics under `namespaces` only; the action knows no resources, so a condition narrows it. */
export function publishMetrics(...namespaces: string[]): Statement {
  return allow("PublishMetrics", "cloudwatch:PutMetricData", "*", {
    StringEquals: { "cloudwatch:namespace": namespaces },
  });
}

/** Pull images of the one repository `repositoryArn`. */
export function pullImage(repositoryArn: Arn): Statement[] {
  const actions = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
  ];
  return [
    allow("PullImage", actions, repositoryArn),
    // ECR knows this action on no narrower resource.
    allow("LogInToRegistry", "ecr:GetAuthorizationToken", "*"),
  ];
}

/** Read the objects that `objectArns` match; one that is given twice stands there once. */
export function readObjects(...objectArns: Arn[]): Statement {
  return allow("ReadObjects", "s3:GetObject", distinct(objectArns));
}

/** Write the objects that `objectArns` match, in parts where they are large. */
export function writeObjects(...objectArns: Arn[]): Statement {
  return allow("WriteObjects", ["s3:PutObject", "s3:AbortMultipartUpload"], objectArns);
}

/** List the keys of `bucketArn` that start with one of `prefixes`, such as `data/`. */
export function listPrefixes(bucketArn: Arn, prefixes: readonly string[]): Statement {
  return allow("ListPrefixes", "s3:ListBucket", bucketArn, {
    StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) },
  });
}

/** Send messages to the one queue `queueArn`. */
export function sendMessages(queueArn: Arn): Statement {
  return allow("SendMessages", "sqs:SendMessage", queueArn);
}

/** Publish to the topics `topicArns`; one that is given twice stands there once. */
export function publishTo(...topicArns: Arn[]): Statement {
  return allow("Publish", "sns:Publish", distinct(topicArns));
}

/** In a resource's own policy: refuse whoever comes without TLS. */
export function denyWithoutTls(action: string, ...resourceArns: [Arn, ...Arn[]]): Statement {
  const [first, ...others] = resourceArns;
  return {
    Sid: "DenyWithoutTls",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: others.length === 0 ? first : resourceArns,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** Send traces to X-Ray, whose actions know no resources. */
export function sendTraces(): Statement {
  return allow("SendTraces", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*");
}

/** Stop the one notebook `notebookArn` and see whether it runs. */
export function stopNotebook(notebookArn: Arn): Statement {
  const actions = ["sagemaker:DescribeNotebookInstance", "sagemaker:StopNotebookInstance"];
  return allow("StopNotebook", actions, notebookArn);
}

/** Start and stop instances of the Auto Scaling groups `groupArns` by changing how many they want. */
export function setGroupCapacity(...groupArns: Arn[]): Statement {
  return allow("SetGroupCapacity", "autoscaling:SetDesiredCapacity", groupArns);
}

/** Let Session Manager open a shell on the instance: what AmazonSSMManagedInstanceCore holds, without its other powers. */
export function openSessions(): Statement {
  const actions = [
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ];
  // The channels' actions know no resources.
  return allow("OpenSessions", actions, "*");
}

/** The subnets and security groups that network interfaces are made in. */
export interface NetworkArns {
  readonly subnetArns: readonly Arn[];
  readonly securityGroupArns: readonly Arn[];
  /** Every network interface of the stack's account and region. */
  readonly interfaceArn: Arn;
}

/**
 * Put network interfaces into the given subnets for SageMaker, which gives a model in a VPC its network so.
 *
 * Source of the actions: SageMaker developer guide, "Give SageMaker AI hosted endpoints access to resources in your Amazon
 * VPC"; it grants them on everything. EC2's authorization reference knows narrower resources and the key ec2:Subnet.
 */
export function manageNetworkInterfaces(arns: NetworkArns): Statement[] {
  const named = [...arns.subnetArns, ...arns.securityGroupArns, arns.interfaceArn];
  return [
    allow("CreateNetworkInterfaces", "ec2:CreateNetworkInterface", named),
    allow(
      "ManageNetworkInterfaces",
      [
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:DeleteNetworkInterfacePermission",
      ],
      // An interface has no name before it exists: its subnet tells it from those of others.
      arns.interfaceArn,
      { ArnEquals: { "ec2:Subnet": [...arns.subnetArns] } },
    ),
    allow(
      "ReadNetworks",
      [
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeVpcs",
      ],
      // Reading in EC2 knows no resources.
      "*",
    ),
  ];
}
