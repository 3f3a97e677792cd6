import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** One statement of an IAM policy document. */
export type Statement = aws.iam.PolicyStatement;
type Arn = pulumi.Input<string>;

function distinct(arns: readonly Arn[]): pulumi.Output<string[]> {
  return pulumi.all([...arns]).apply((each) => [...new Set(each)]);
}

/** Invoke exactly the endpoint `endpointArn`. */
export function invokeEndpoint(endpointArn: Arn): Statement {
  return {
    Sid: "InvokeEndpoint",
    Effect: "Allow",
    Action: "sagemaker:InvokeEndpoint",
    Resource: endpointArn,
  };
}

/** Write log lines to the existing log groups `logGroupArns`. */
export function writeLogs(...logGroupArns: Arn[]): Statement {
  return {
    Sid: "WriteLogs",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: logGroupArns.map((logGroupArn) => pulumi.interpolate`${logGroupArn}:log-stream:*`),
  };
}

/** Create the log groups `logGroupArns`, for services that make their own, and write to them. */
export function createAndWriteLogs(...logGroupArns: Arn[]): Statement[] {
  const create: Statement = {
    Sid: "CreateLogGroup",
    Effect: "Allow",
    Action: ["logs:CreateLogGroup", "logs:DescribeLogStreams"],
    Resource: logGroupArns.flatMap((logGroupArn) => [
      logGroupArn,
      pulumi.interpolate`${logGroupArn}:*`,
    ]),
  };
  return [create, writeLogs(...logGroupArns)];
}

/** Publish metrics under `namespaces` only; the action knows no resources, so a condition narrows it. */
export function publishMetrics(...namespaces: string[]): Statement {
  return {
    Sid: "PublishMetrics",
    Effect: "Allow",
    Action: "cloudwatch:PutMetricData",
    Resource: "*",
    Condition: { StringEquals: { "cloudwatch:namespace": namespaces } },
  };
}

/** Pull images of the one repository `repositoryArn`. */
export function pullImage(repositoryArn: Arn): Statement[] {
  return [
    {
      Sid: "PullImage",
      Effect: "Allow",
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
      ],
      Resource: repositoryArn,
    },
    {
      Sid: "LogInToRegistry",
      Effect: "Allow",
      Action: "ecr:GetAuthorizationToken",
      // ECR knows this action on no narrower resource.
      Resource: "*",
    },
  ];
}

/** Read the objects that `objectArns` match; one that is given twice stands there once. */
export function readObjects(...objectArns: Arn[]): Statement {
  const Resource = distinct(objectArns);
  return { Sid: "ReadObjects", Effect: "Allow", Action: "s3:GetObject", Resource };
}

/** Write the objects that `objectArns` match, in parts where they are large. */
export function writeObjects(...objectArns: Arn[]): Statement {
  return {
    Sid: "WriteObjects",
    Effect: "Allow",
    Action: ["s3:PutObject", "s3:AbortMultipartUpload"],
    Resource: objectArns,
  };
}

/** List the keys of `bucketArn` that start with one of `prefixes`, such as `data/`. */
export function listPrefixes(bucketArn: Arn, prefixes: readonly string[]): Statement {
  return {
    Sid: "ListPrefixes",
    Effect: "Allow",
    Action: "s3:ListBucket",
    Resource: bucketArn,
    Condition: { StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) } },
  };
}

/** Send messages to the one queue `queueArn`. */
export function sendMessages(queueArn: Arn): Statement {
  return { Sid: "SendMessages", Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArn };
}

/** Publish to the topics `topicArns`; one that is given twice stands there once. */
export function publishTo(...topicArns: Arn[]): Statement {
  return { Sid: "Publish", Effect: "Allow", Action: "sns:Publish", Resource: distinct(topicArns) };
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
  return {
    Sid: "SendTraces",
    Effect: "Allow",
    Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    Resource: "*",
  };
}

/** Stop the one notebook `notebookArn` and see whether it runs. */
export function stopNotebook(notebookArn: Arn): Statement {
  return {
    Sid: "StopNotebook",
    Effect: "Allow",
    Action: ["sagemaker:DescribeNotebookInstance", "sagemaker:StopNotebookInstance"],
    Resource: notebookArn,
  };
}

/** Start and stop instances of the Auto Scaling groups `groupArns` by changing how many they want. */
export function setGroupCapacity(...groupArns: Arn[]): Statement {
  return {
    Sid: "SetGroupCapacity",
    Effect: "Allow",
    Action: "autoscaling:SetDesiredCapacity",
    Resource: groupArns,
  };
}

/** Let Session Manager open a shell on the instance: what AmazonSSMManagedInstanceCore holds, without its other powers. */
export function openSessions(): Statement {
  return {
    Sid: "OpenSessions",
    Effect: "Allow",
    Action: [
      "ssm:UpdateInstanceInformation",
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ],
    // The channels' actions know no resources.
    Resource: "*",
  };
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
  return [
    {
      Sid: "CreateNetworkInterfaces",
      Effect: "Allow",
      Action: "ec2:CreateNetworkInterface",
      Resource: [...arns.subnetArns, ...arns.securityGroupArns, arns.interfaceArn],
    },
    {
      Sid: "ManageNetworkInterfaces",
      Effect: "Allow",
      Action: [
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:DeleteNetworkInterfacePermission",
      ],
      // An interface has no name before it exists: its subnet tells it from those of others.
      Resource: arns.interfaceArn,
      Condition: { ArnEquals: { "ec2:Subnet": [...arns.subnetArns] } },
    },
    {
      Sid: "ReadNetworks",
      Effect: "Allow",
      Action: [
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeVpcs",
      ],
      // Reading in EC2 knows no resources.
      Resource: "*",
    },
  ];
}
