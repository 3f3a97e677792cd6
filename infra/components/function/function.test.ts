import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { FunctionConfig } from "../../schema/function";
import { allOf, only, statement } from "../../testing/find";
import { testLocation } from "../../testing/location";
import { record, type Recording, type RecordOptions } from "../../offline/recorder";
import { ClassifyFunction } from "./function";

const endpointArn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/kennel-dev-main-abc123";
const defaults: FunctionConfig = {
  memory: 512,
  timeout: 30,
  logRetentionDays: 30,
  tracing: false,
  access: { type: "url" },
};

function newFunction(settings: Partial<FunctionConfig>, kmsKeyArn?: string): ClassifyFunction {
  return new ClassifyFunction("main", {
    functionName: "kennel-dev-main",
    location: testLocation(),
    code: new pulumi.asset.FileArchive("infra/iam"),
    endpointName: "kennel-dev-main-abc123",
    endpointArn,
    permissionName: "kennel-dev-main-abc123",
    kmsKeyArn,
    keyToAllow: kmsKeyArn,
    settings: { ...defaults, ...settings },
  });
}

function build(
  settings: Partial<FunctionConfig> = {},
  options?: RecordOptions,
): Promise<Recording<unknown>> {
  return record(() => newFunction(settings), options);
}

describe("ClassifyFunction", () => {
  it("runs the bundle on Node 22 and arm64 with the endpoint's name", async () => {
    const { inputs } = only(
      await build({ memory: 1024, timeout: 12 }),
      "aws:lambda/function:Function",
    );
    assert.equal(inputs["name"], "kennel-dev-main");
    assert.equal(inputs["handler"], "index.handler");
    assert.equal(inputs["runtime"], "nodejs22.x");
    assert.deepEqual(inputs["architectures"], ["arm64"]);
    assert.equal(inputs["memorySize"], 1024);
    assert.equal(inputs["timeout"], 12);
    assert.deepEqual(inputs["environment"], {
      variables: { ENDPOINT_NAME: "kennel-dev-main-abc123" },
    });
  });

  it("may invoke exactly its endpoint and write exactly its logs", async () => {
    const recording = await build({}, { stage: "preview" });
    const policies = allOf(recording, "aws:iam/rolePolicy:RolePolicy").map(
      ({ inputs }) => inputs["policy"],
    );
    assert.deepEqual(policies, [
      {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "InvokeEndpoint",
            Effect: "Allow",
            Action: "sagemaker:InvokeEndpoint",
            Resource: endpointArn,
          },
        ],
      },
      {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "WriteLogs",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: [
              "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/kennel-dev-main:log-stream:*",
            ],
          },
        ],
      },
    ]);
    assert.equal(allOf(recording, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").length, 0);
  });

  it("keeps the permission for an old endpoint until nothing calls it", async () => {
    const permission = only(await build(), "aws:iam/rolePolicy:RolePolicy", "main-invoke");
    assert.equal(permission.inputs["name"], "invoke-kennel-dev-main-abc123");
    assert.ok(statement(permission, "InvokeEndpoint"));
  });

  it("can do what it needs before it is called", async () => {
    const recording = await build();
    const { dependencies } = only(recording, "aws:lambda/function:Function");
    for (const { urn } of allOf(recording, "aws:iam/rolePolicy:RolePolicy")) {
      assert.ok(dependencies.includes(urn), urn);
    }
  });

  it("keeps its logs for the configured days", async () => {
    const recording = await build({ logRetentionDays: 90 });
    const { inputs } = only(recording, "aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual(inputs, { name: "/aws/lambda/kennel-dev-main", retentionInDays: 90 });
    assert.deepEqual(only(recording, "aws:lambda/function:Function").inputs["loggingConfig"], {
      logFormat: "JSON",
      logGroup: "/aws/lambda/kennel-dev-main",
    });
  });

  it("is called through an alias of a published version", async () => {
    const recording = await build();
    assert.equal(only(recording, "aws:lambda/function:Function").inputs["publish"], true);
    assert.deepEqual(only(recording, "aws:lambda/alias:Alias").inputs, {
      name: "live",
      functionName: "kennel-dev-main",
      functionVersion: "1",
    });
  });

  it("reserves and provisions concurrency, the latter on the alias", async () => {
    const recording = await build({ reservedConcurrency: 5, provisionedConcurrency: 2 });
    const { inputs } = only(recording, "aws:lambda/function:Function");
    assert.equal(inputs["reservedConcurrentExecutions"], 5);
    assert.deepEqual(
      only(recording, "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig")
        .inputs,
      { functionName: "kennel-dev-main", qualifier: "live", provisionedConcurrentExecutions: 2 },
    );
  });

  it("shares the account's concurrency and keeps nothing warm by default", async () => {
    const recording = await build();
    const { inputs } = only(recording, "aws:lambda/function:Function");
    assert.equal(inputs["reservedConcurrentExecutions"], -1);
    const type = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig";
    assert.equal(allOf(recording, type).length, 0);
  });

  it("keeps failed calls where it is told to, and may put them there", async () => {
    const deadLetters = { retries: 2, maximumAgeSeconds: 21_600, retentionDays: 14 };
    const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1";
    const recording = await record(() => newFunction({ deadLetters }, kmsKeyArn), {
      stage: "preview",
    });
    assert.equal(only(recording, "aws:sqs/queue:Queue").inputs["kmsMasterKeyId"], kmsKeyArn);
    const { variables } = only(recording, "aws:lambda/function:Function").inputs[
      "environment"
    ] as Record<string, Record<string, string>>;
    assert.equal(variables?.["FAIL_DIRECT_CALLS"], "true", "else nothing ever fails for Lambda");
    const permission = only(recording, "aws:iam/rolePolicy:RolePolicy", "main-dead-letters");
    assert.equal(
      statement(permission, "SendMessages").Resource,
      "arn:aws:sqs:us-east-1:123456789012:kennel-dev-main-failed",
    );
    assert.deepEqual(statement(permission, "EncryptMessages").Resource, [kmsKeyArn]);
    assert.equal(allOf(await build(), "aws:sqs/queue:Queue").length, 0);
  });

  it("traces where it is told to", async () => {
    const recording = await build({ tracing: true });
    const { inputs } = only(recording, "aws:lambda/function:Function");
    assert.deepEqual(inputs["tracingConfig"], { mode: "Active" });
    const permission = only(recording, "aws:iam/rolePolicy:RolePolicy", "main-logs");
    assert.ok(statement(permission, "SendTraces"));
  });

  it("can have an API that throttles and asks for an AWS identity", async () => {
    const access = { type: "api", ratePerSecond: 7, burst: 9 } as const;
    const recording = await build({ access });
    assert.equal(allOf(recording, "aws:lambda/functionUrl:FunctionUrl").length, 0);
    const route = only(recording, "aws:apigatewayv2/route:Route");
    assert.equal(route.inputs["routeKey"], "POST /classify");
    assert.equal(route.inputs["authorizationType"], "AWS_IAM");
    const stage = only(recording, "aws:apigatewayv2/stage:Stage");
    assert.deepEqual(stage.inputs["defaultRouteSettings"], {
      throttlingRateLimit: 7,
      throttlingBurstLimit: 9,
      detailedMetricsEnabled: true,
    });
    const logs = only(recording, "aws:cloudwatch/logGroup:LogGroup", "main-api");
    assert.deepEqual(logs.inputs, {
      name: "/aws/vendedlogs/kennel-dev-main-api",
      retentionInDays: 30,
    });
    const { destinationArn, format } = stage.inputs["accessLogSettings"] as Record<string, string>;
    assert.match(destinationArn ?? "", /log-group:\/aws\/vendedlogs\/kennel-dev-main-api$/);
    assert.equal((JSON.parse(format ?? "") as Record<string, string>)["status"], "$context.status");
    const { inputs } = only(recording, "aws:apigatewayv2/integration:Integration");
    assert.match(String(inputs["integrationUri"]), /function:kennel-dev-main:live\/invocations$/);
    const permission = only(recording, "aws:lambda/permission:Permission");
    assert.equal(permission.inputs["qualifier"], "live");
    assert.match(
      String(permission.inputs["sourceArn"]),
      /^arn:aws:execute-api:us-east-1:123456789012:[0-9a-f]{10}\/\*\/POST\/classify$/,
    );
    const { result } = await record(() => newFunction({ access }).functionUrl);
    assert.match(result ?? "", /^https:\/\/[0-9a-f]{10}\.execute-api\..*\/classify$/);
  });

  it("has an address for callers with an AWS identity, or none", async () => {
    const { inputs } = only(await build(), "aws:lambda/functionUrl:FunctionUrl");
    assert.equal(inputs["authorizationType"], "AWS_IAM");
    assert.equal(inputs["qualifier"], "live");
    const without = await build({ access: { type: "none" } });
    assert.equal(allOf(without, "aws:lambda/functionUrl:FunctionUrl").length, 0);
    const url = await record(() => newFunction({}).functionUrl);
    assert.match(url.result ?? "", /^https:\/\/[0-9a-f]{32}\.lambda-url\.us-east-1\.on\.aws\/$/);
  });
});
