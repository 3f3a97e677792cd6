import assert from "node:assert/strict";
import type { Output } from "@pulumi/pulumi";
import { record } from "../offline/recorder";
import { policy, trust } from "./documents";
import * as statements from "./statements";

const arn = "arn:aws:x:us-east-1:123456789012:y";

async function resolve<T>(value: T): Promise<unknown> {
  return (await record(() => value as unknown as Output<unknown>)).result;
}

describe("IAM statements", () => {
  it("allow named actions only, on named resources or under a condition", async () => {
    const all = (await resolve([
      statements.invokeEndpoint(arn),
      statements.writeLogs(arn),
      ...statements.createAndWriteLogs(arn),
      statements.publishMetrics("/kennel"),
      ...statements.pullImage(arn),
      statements.readObjects(arn),
      statements.writeObjects(arn),
      statements.listPrefixes(arn, ["data/"]),
      statements.stopNotebook(arn),
      statements.openSessions(),
      statements.sendMessages(arn),
      statements.publishTo(arn),
      ...statements.manageNetworkInterfaces({
        subnetArns: [arn],
        securityGroupArns: [arn],
        interfaceArn: arn,
      }),
    ])) as { Sid: string; Action: string | string[]; Resource: unknown; Condition?: unknown }[];
    for (const { Sid, Action } of all) {
      assert.doesNotMatch(JSON.stringify(Action), /[*?]/, `${Sid} has a wildcard in its actions`);
    }
    // These actions know no resource, so AWS accepts no narrower one.
    const onEverything = all
      .filter(({ Resource, Condition }) => Resource === "*" && Condition === undefined)
      .map(({ Sid }) => Sid);
    assert.deepEqual(onEverything, ["LogInToRegistry", "OpenSessions", "ReadNetworks"]);
  });

  it("list only keys below the given prefixes", async () => {
    assert.deepEqual(await resolve(statements.listPrefixes(arn, ["data/", "code/"]).Condition), {
      StringLike: { "s3:prefix": ["data/*", "code/*"] },
    });
  });
});

describe("IAM documents", () => {
  it("put lists of statements into one", async () => {
    const document = (await resolve(
      policy(statements.pullImage(arn), [], statements.invokeEndpoint(arn)),
    )) as { Version: string; Statement: { Sid: string }[] };
    assert.equal(document.Version, "2012-10-17");
    assert.deepEqual(
      document.Statement.map(({ Sid }) => Sid),
      ["PullImage", "LogInToRegistry", "InvokeEndpoint"],
    );
  });

  it("trust one service, for one account where the service says whom it acts for", async () => {
    assert.deepEqual(await resolve(trust("lambda.amazonaws.com").Statement), [
      {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    ]);
    assert.deepEqual(await resolve(trust("sagemaker.amazonaws.com", "123456789012").Statement), [
      {
        Effect: "Allow",
        Principal: { Service: "sagemaker.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ]);
  });
});
