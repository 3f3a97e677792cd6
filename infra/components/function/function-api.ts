import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { apiLogGroupName } from "../../names";

export interface FunctionApiArgs {
  /** The function to call. */
  readonly lambda: aws.lambda.Function;
  /** Its alias: the API never calls an unpublished version. */
  readonly alias: aws.lambda.Alias;
  /** Days that the API's own log lines are kept. */
  readonly logRetentionDays: number;
  /** Requests a second that are let through. */
  readonly ratePerSecond: number;
  /** Requests that may come at the same moment. */
  readonly burst: number;
}

const route = "POST /classify";

/** One JSON line a request: who asked, what became of it, and how long the function took. */
const accessLogFormat = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTime",
  caller: "$context.identity.caller",
  sourceIp: "$context.identity.sourceIp",
  route: "$context.routeKey",
  status: "$context.status",
  error: "$context.error.message",
  functionMilliseconds: "$context.integration.latency",
  milliseconds: "$context.responseLatency",
});

/** An HTTP API in front of a function: callers need an AWS identity, and too many requests are refused at the door. */
export class FunctionApi extends pulumi.ComponentResource {
  /** Address to post photos to. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: FunctionApiArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:FunctionApi", name, {}, options);
    const { lambda, alias } = args;
    const api = new aws.apigatewayv2.Api(name, { protocolType: "HTTP" }, { parent: this });
    const child = { parent: api };
    const permission = new aws.lambda.Permission(
      `${name}-api`,
      {
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        function: lambda.name,
        qualifier: alias.name,
        // This route of every stage of this API, and no other API.
        sourceArn: pulumi.interpolate`${api.executionArn}/*/${route.replace(" /", "/")}`,
      },
      child,
    );
    const integration = new aws.apigatewayv2.Integration(
      name,
      {
        apiId: api.id,
        integrationType: "AWS_PROXY",
        integrationUri: alias.invokeArn,
        payloadFormatVersion: "2.0",
      },
      { ...child, dependsOn: permission },
    );
    new aws.apigatewayv2.Route(
      name,
      {
        apiId: api.id,
        routeKey: route,
        target: pulumi.interpolate`integrations/${integration.id}`,
        authorizationType: "AWS_IAM",
      },
      child,
    );
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-api`,
      { name: lambda.name.apply(apiLogGroupName), retentionInDays: args.logRetentionDays },
      child,
    );
    const stage = new aws.apigatewayv2.Stage(
      name,
      {
        apiId: api.id,
        name: "$default",
        autoDeploy: true,
        accessLogSettings: { destinationArn: logGroup.arn, format: accessLogFormat },
        defaultRouteSettings: {
          throttlingRateLimit: args.ratePerSecond,
          throttlingBurstLimit: args.burst,
          detailedMetricsEnabled: true,
        },
      },
      child,
    );
    this.url = pulumi
      .all([api.apiEndpoint, stage.id])
      .apply(([apiEndpoint]) => `${apiEndpoint}/classify`);
    this.registerOutputs({ url: this.url });
  }
}
