import { createHash } from "node:crypto";
import { partitionNamed } from "../../packages/aws-facts/partitions";

/** The account that the stand-in AWS pretends to be. */
export interface AwsAccount {
  /** Twelve digits. */
  readonly accountId: string;
  /** For example `us-east-1`. */
  readonly region: string;
  /** For example `aws` or `aws-eusc`. */
  readonly partition: string;
}

/** The end of the services' addresses where the account is. */
export function dnsSuffixOf({ partition }: AwsAccount): string {
  return partitionNamed(partition)?.dnsSuffix ?? "amazonaws.com";
}

/** What is known of one resource once it exists. */
export interface Identity {
  /** The provider's id: what other resources refer to. */
  readonly id: string;
  /** Output properties that AWS computes, such as `arn`. */
  readonly computed?: Readonly<Record<string, unknown>>;
}

/** What is asked of a kind of resource. */
export interface IdentityRequest {
  readonly account: AwsAccount;
  /** The name that the resource has in AWS, given or generated. */
  readonly physicalName: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** How AWS and its provider name one type of resource. */
export interface Kind {
  /** The property that the provider fills in when the program gives no name. */
  readonly namedBy?: string;
  readonly identify: (request: IdentityRequest) => Identity;
}

/** `length` hexadecimal digits that depend on the text alone, so that two runs agree. */
export function hexDigest(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

function arnOf(account: AwsAccount, service: string, resource: string): string {
  return `arn:${account.partition}:${service}:${account.region}:${account.accountId}:${resource}`;
}

function iamArn(account: AwsAccount, resource: string): string {
  return `arn:${account.partition}:iam::${account.accountId}:${resource}`;
}

function namedArn(service: string, resourcePrefix: string, namedBy = "name"): Kind {
  return {
    namedBy,
    identify: ({ account, physicalName }) => ({
      id: physicalName,
      computed: { arn: arnOf(account, service, `${resourcePrefix}${physicalName}`) },
    }),
  };
}

function idFromInput(property: string): Kind {
  return { identify: ({ inputs }) => ({ id: String(inputs[property]) }) };
}

/** A kind whose id is a prefix and hexadecimal digits, such as `sg-0123456789abcdef0`. */
export function generatedId(
  prefix: string,
  arn?: (account: AwsAccount, id: string) => string,
): Kind {
  return {
    identify: ({ account, physicalName }) => {
      const id = `${prefix}-0${hexDigest(physicalName, 16)}`;
      return { id, computed: arn === undefined ? {} : { arn: arn(account, id) } };
    },
  };
}

function arnAsId(service: string, resourcePrefix: string): Kind {
  return {
    namedBy: "name",
    identify: ({ account, physicalName }) => {
      const arn = arnOf(account, service, `${resourcePrefix}${physicalName}`);
      return { id: arn, computed: { arn } };
    },
  };
}

const instance: Kind = {
  identify: ({ account, physicalName }) => {
    const id = `i-0${hexDigest(physicalName, 16)}`;
    return {
      id,
      computed: {
        arn: arnOf(account, "ec2", `instance/${id}`),
        // Addresses from the ranges that RFC 5737 and RFC 1918 set aside.
        publicIp: "203.0.113.10",
        publicDns: `ec2-203-0-113-10.compute.${dnsSuffixOf(account)}`,
        privateIp: "10.0.0.10",
      },
    };
  },
};

const launchTemplate: Kind = {
  identify: ({ account, physicalName }) => {
    const id = `lt-0${hexDigest(physicalName, 16)}`;
    return {
      id,
      computed: { arn: arnOf(account, "ec2", `launch-template/${id}`), latestVersion: 1 },
    };
  },
};

const lambdaFunction: Kind = {
  namedBy: "name",
  identify: ({ account, physicalName }) => {
    const arn = arnOf(account, "lambda", `function:${physicalName}`);
    return { id: physicalName, computed: { arn, qualifiedArn: `${arn}:1`, version: "1" } };
  },
};

const lambdaAlias: Kind = {
  namedBy: "name",
  identify: ({ account, physicalName, inputs }) => {
    const arn = arnOf(account, "lambda", `function:${inputs["functionName"]}:${physicalName}`);
    const invokeArn = `arn:${account.partition}:apigateway:${account.region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
    return { id: arn, computed: { arn, invokeArn } };
  },
};

const functionUrl: Kind = {
  identify: ({ account, physicalName, inputs }) => {
    const urlId = hexDigest(`${physicalName} ${inputs["functionName"]}`, 32);
    const functionUrl = `https://${urlId}.lambda-url.${account.region}.on.aws/`;
    return { id: String(inputs["functionName"]), computed: { urlId, functionUrl } };
  },
};

const repository: Kind = {
  namedBy: "name",
  identify: ({ account, physicalName }) => ({
    id: physicalName,
    computed: {
      arn: arnOf(account, "ecr", `repository/${physicalName}`),
      registryId: account.accountId,
      repositoryUrl: `${account.accountId}.dkr.ecr.${account.region}.${dnsSuffixOf(account)}/${physicalName}`,
    },
  }),
};

const image: Kind = {
  identify: ({ physicalName, inputs }) => ({
    id: physicalName,
    computed: {
      imageUri: `${inputs["repositoryUrl"]}@sha256:${hexDigest(JSON.stringify(inputs), 64)}`,
    },
  }),
};

const bucket: Kind = {
  namedBy: "bucket",
  identify: ({ account, physicalName }) => ({
    id: physicalName,
    computed: {
      arn: `arn:${account.partition}:s3:::${physicalName}`,
      bucketDomainName: `${physicalName}.s3.${dnsSuffixOf(account)}`,
      bucketRegionalDomainName: `${physicalName}.s3.${account.region}.${dnsSuffixOf(account)}`,
      hostedZoneId: "Z3AQBSTGFYJSTF",
    },
  }),
};

const bucketObject: Kind = {
  identify: ({ account, physicalName, inputs }) => ({
    id: `${inputs["bucket"]}/${inputs["key"]}`,
    computed: {
      arn: `arn:${account.partition}:s3:::${inputs["bucket"]}/${inputs["key"]}`,
      etag: hexDigest(physicalName, 32),
      versionId: hexDigest(physicalName, 32),
    },
  }),
};

const role: Kind = {
  namedBy: "name",
  identify: ({ account, physicalName, inputs }) => ({
    id: physicalName,
    computed: { arn: iamArn(account, `role${String(inputs["path"] ?? "/")}${physicalName}`) },
  }),
};

const instanceProfile: Kind = {
  namedBy: "name",
  identify: ({ account, physicalName }) => ({
    id: physicalName,
    computed: { arn: iamArn(account, `instance-profile/${physicalName}`) },
  }),
};

const rolePolicy: Kind = {
  namedBy: "name",
  identify: ({ physicalName, inputs }) => ({ id: `${inputs["role"]}:${physicalName}` }),
};

const queue: Kind = {
  namedBy: "name",
  identify: ({ account, physicalName }) => {
    const url = `https://sqs.${account.region}.${dnsSuffixOf(account)}/${account.accountId}/${physicalName}`;
    return { id: url, computed: { url, arn: arnOf(account, "sqs", physicalName) } };
  },
};

const notebook: Kind = {
  namedBy: "name",
  identify: ({ account, physicalName }) => ({
    id: physicalName,
    computed: {
      arn: arnOf(account, "sagemaker", `notebook-instance/${physicalName}`),
      url: `${physicalName}.notebook.${account.region}.sagemaker.aws`,
    },
  }),
};

const key: Kind = {
  identify: ({ account, physicalName }) => {
    const digits = hexDigest(physicalName, 32);
    const keyId = [8, 12, 16, 20, 32]
      .map((end, index, ends) => digits.slice(ends[index - 1] ?? 0, end))
      .join("-");
    return { id: keyId, computed: { keyId, arn: arnOf(account, "kms", `key/${keyId}`) } };
  },
};

const dashboard: Kind = {
  identify: ({ account, inputs }) => {
    const name = String(inputs["dashboardName"]);
    const dashboardArn = `arn:${account.partition}:cloudwatch::${account.accountId}:dashboard/${name}`;
    return { id: name, computed: { dashboardArn } };
  },
};

/** An HTTP API's id: ten letters and digits. */
function apiId(physicalName: string): string {
  return hexDigest(`api ${physicalName}`, 10);
}

const api: Kind = {
  namedBy: "name",
  identify: ({ account, physicalName }) => {
    const id = apiId(physicalName);
    return {
      id,
      computed: {
        apiEndpoint: `https://${id}.execute-api.${account.region}.${dnsSuffixOf(account)}`,
        executionArn: arnOf(account, "execute-api", id),
      },
    };
  },
};

const stage: Kind = {
  namedBy: "name",
  identify: ({ account, physicalName, inputs }) => ({
    id: physicalName,
    computed: {
      invokeUrl: `https://${inputs["apiId"]}.execute-api.${account.region}.${dnsSuffixOf(account)}/`,
    },
  }),
};

/** Kinds by Pulumi's type token. */
export const kinds: Readonly<Record<string, Kind>> = {
  "awsx:ecr:Image": image,
  "aws:apigatewayv2/api:Api": api,
  "aws:apigatewayv2/integration:Integration": generatedId("integration"),
  "aws:apigatewayv2/route:Route": generatedId("route"),
  "aws:apigatewayv2/stage:Stage": stage,
  "aws:appautoscaling/policy:Policy": { ...namedArn("autoscaling", "scalingPolicy:") },
  "aws:appautoscaling/scheduledAction:ScheduledAction": namedArn("autoscaling", "scheduledAction:"),
  "aws:appautoscaling/target:Target": idFromInput("resourceId"),
  "aws:autoscaling/group:Group": namedArn("autoscaling", "autoScalingGroup:"),
  "aws:autoscaling/policy:Policy": namedArn("autoscaling", "scalingPolicy:"),
  "aws:budgets/budget:Budget": namedArn("budgets", "budget/"),
  "aws:cloudwatch/dashboard:Dashboard": dashboard,
  "aws:cloudwatch/logGroup:LogGroup": namedArn("logs", "log-group:"),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": namedArn("logs", "metric-filter:"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": namedArn("cloudwatch", "alarm:"),
  "aws:ec2/instance:Instance": instance,
  "aws:ec2/launchTemplate:LaunchTemplate": launchTemplate,
  "aws:ec2/securityGroup:SecurityGroup": generatedId("sg", (account, id) =>
    arnOf(account, "ec2", `security-group/${id}`),
  ),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": idFromInput("repository"),
  "aws:ecr/repository:Repository": repository,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    identify: ({ account, inputs }) => {
      const issuer = String(inputs["url"]).replace("https://", "");
      const arn = iamArn(account, `oidc-provider/${issuer}`);
      return { id: arn, computed: { arn } };
    },
  },
  "aws:iam/policy:Policy": {
    namedBy: "name",
    identify: ({ account, physicalName }) => {
      const arn = iamArn(account, `policy/${physicalName}`);
      return { id: arn, computed: { arn } };
    },
  },
  "aws:iam/instanceProfile:InstanceProfile": instanceProfile,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:kms/alias:Alias": namedArn("kms", ""),
  "aws:kms/key:Key": key,
  "aws:lambda/alias:Alias": lambdaAlias,
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/functionUrl:FunctionUrl": functionUrl,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": idFromInput("functionName"),
  "aws:lambda/permission:Permission": generatedId("permission"),
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig":
    idFromInput("functionName"),
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": idFromInput("bucket"),
  "aws:s3/bucketLogging:BucketLogging": idFromInput("bucket"),
  "aws:s3/bucketObjectv2:BucketObjectv2": bucketObject,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": idFromInput("bucket"),
  "aws:s3/bucketPolicy:BucketPolicy": idFromInput("bucket"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": idFromInput("bucket"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    idFromInput("bucket"),
  "aws:s3/bucketVersioning:BucketVersioning": idFromInput("bucket"),
  "aws:sagemaker/endpoint:Endpoint": namedArn("sagemaker", "endpoint/"),
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": namedArn(
    "sagemaker",
    "endpoint-config/",
  ),
  "aws:sagemaker/model:Model": namedArn("sagemaker", "model/"),
  "aws:sagemaker/notebookInstance:NotebookInstance": notebook,
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration":
    namedArn("sagemaker", "notebook-instance-lifecycle-config/"),
  "aws:sns/topic:Topic": arnAsId("sns", ""),
  "aws:sns/topicPolicy:TopicPolicy": idFromInput("arn"),
  "aws:sns/topicSubscription:TopicSubscription": generatedId("subscription"),
  "aws:sqs/queue:Queue": queue,
  "aws:sqs/queuePolicy:QueuePolicy": idFromInput("queueUrl"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": generatedId("sgr"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": generatedId("sgr"),
};
