import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deadLetterQueueName, functionLogGroupName } from "../../names";
import { DeadLetters } from "./dead-letters";
import { FunctionApi } from "./function-api";
import { FunctionConcurrency } from "./function-concurrency";
import type { ClassifyFunctionArgs } from "./function-args";
import { functionPermissions } from "./function-permissions";
import { serviceRole, type PermissionsToGrant } from "../roles/service-role";

/** The alias that callers use: it always points to a published version. */
export const liveAlias = "live";

/** A Lambda function that classifies photos with one endpoint, behind the alias {@link liveAlias}. */
export class ClassifyFunction extends pulumi.ComponentResource {
  /** The function's name. */
  readonly functionName: pulumi.Output<string>;
  /** Address for callers with an AWS identity; absent with `access: {type: "none"}`. */
  readonly functionUrl?: pulumi.Output<string>;
  /** What the owner of an existing role has to allow. */
  readonly toGrant: readonly PermissionsToGrant[];

  constructor(name: string, args: ClassifyFunctionArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:ClassifyFunction", name, {}, options);
    const { settings } = args;
    const child = { parent: this };
    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      {
        name: functionLogGroupName(args.functionName),
        retentionInDays: settings.logRetentionDays,
      },
      child,
    );
    const role = serviceRole(
      name,
      {
        service: "lambda.amazonaws.com",
        location: args.location,
        description: `What the function ${args.functionName} may do`,
        permissions: functionPermissions(name, args),
        settings: settings.role,
      },
      child,
    );
    this.toGrant = role.toGrant;
    const lambda = new aws.lambda.Function(
      name,
      {
        name: args.functionName,
        description: "Classifies a photo",
        packageType: "Zip",
        code: args.code,
        handler: "index.handler",
        runtime: "nodejs22.x",
        architectures: ["arm64"],
        role: role.arn,
        memorySize: settings.memory,
        timeout: settings.timeout,
        reservedConcurrentExecutions: settings.reservedConcurrency ?? -1,
        environment: { variables: environment(args) },
        loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
        tracingConfig: { mode: settings.tracing ? "Active" : "PassThrough" },
        publish: true,
      },
      { ...child, dependsOn: [...role.ready] },
    );
    const alias = new aws.lambda.Alias(
      name,
      { name: liveAlias, functionName: lambda.name, functionVersion: lambda.version },
      { parent: lambda },
    );
    this.provision(name, args, alias);
    if (settings.access.type === "url") {
      this.functionUrl = new aws.lambda.FunctionUrl(
        name,
        { functionName: lambda.name, qualifier: alias.name, authorizationType: "AWS_IAM" },
        { parent: alias },
      ).functionUrl;
    } else if (settings.access.type === "api") {
      const { ratePerSecond, burst } = settings.access;
      const { logRetentionDays } = settings;
      const throttling = { ratePerSecond, burst };
      const api = new FunctionApi(name, { lambda, alias, logRetentionDays, ...throttling }, child);
      this.functionUrl = api.url;
    }
    this.functionName = lambda.name;
    this.registerOutputs({ functionName: this.functionName, functionUrl: this.functionUrl });
  }

  /** What belongs to the alias: warm environments, and a place for failed calls. */
  private provision(
    name: string,
    { functionName, location, kmsKeyArn, settings }: ClassifyFunctionArgs,
    alias: aws.lambda.Alias,
  ): void {
    const { provisionedConcurrency, scaling, deadLetters } = settings;
    const child = { parent: alias };
    if (provisionedConcurrency !== undefined) {
      new FunctionConcurrency(name, { alias, provisionedConcurrency, scaling }, child);
    }
    if (deadLetters !== undefined) {
      const queueName = deadLetterQueueName(functionName);
      const args = { queueName, location, alias, kmsKeyArn, settings: deadLetters };
      new DeadLetters(name, args, child);
    }
  }
}

function environment({
  endpointName,
  settings,
}: ClassifyFunctionArgs): Record<string, pulumi.Input<string>> {
  const variables = { ENDPOINT_NAME: endpointName };
  // Lambda repeats and keeps only calls that fail; an answer with an error in it is none to it.
  return settings.deadLetters === undefined
    ? variables
    : { ...variables, FAIL_DIRECT_CALLS: "true" };
}
