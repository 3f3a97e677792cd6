import assert from "node:assert/strict";

import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { LambdaClient, CreateFunctionCommand } from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  PutBucketPolicyCommand,
  PutBucketAclCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";

import { type Sandbox, startSandbox } from "../sandbox/start";
import { inEnvironment } from "../testing/environment";
import { auditAccount } from "./audit";
import type { Finding } from "./finding";
import { removeConfirmed } from "./remove";

const DAY = 86_400_000;

describe("the audit of an account", function () {
  this.timeout(120_000);

  let sandbox: Sandbox;
  let leave: () => void;
  let findings: readonly Finding[];

  const trust = (service: string): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    });
  const allow = (Action: string | string[], Resource = "*"): string =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] });
  const LAMBDA = trust("lambda.amazonaws.com");
  const OTHER = trust("ec2.amazonaws.com");
  const OWNED = [{ Key: "Stack", Value: "kennel/prod" }];

  /** Findings of one kind: what they are about, and whose that is. */
  const found = (check: string): [string, string | null][] =>
    findings.filter((each) => each.check === check).map(({ resource, owner }) => [resource, owner]);

  const look = (days: number) =>
    auditAccount({ now: new Date(Date.now() + days * DAY), unusedDays: 90, idleDays: 14 });

  before(async () => {
    sandbox = await startSandbox();
    leave = inEnvironment(sandbox.environment);
    const iam = new IAMClient({});
    const s3 = new S3Client({ forcePathStyle: true });
    const role = (RoleName: string, AssumeRolePolicyDocument: string, Tags = [] as typeof OWNED) =>
      iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Tags }));
    const working = await role("working", LAMBDA);
    await role("orphan-role-abc123", LAMBDA);
    await role("owned-orphan", LAMBDA, OWNED);
    await role("machine", OTHER);
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "orphan-role-abc123",
        PolicyName: "logs",
        PolicyDocument: allow("logs:PutLogEvents"),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "machine",
        PolicyName: "queues",
        PolicyDocument: allow("sqs:*"),
      }),
    );
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: "unattached", PolicyDocument: allow("s3:GetObject") }),
    );
    assert.ok(Policy);
    const wide = await iam.send(
      new CreatePolicyCommand({ PolicyName: "wide", PolicyDocument: allow("dynamodb:*") }),
    );
    await iam.send(
      new AttachRolePolicyCommand({ RoleName: "owned-orphan", PolicyArn: wide.Policy!.Arn }),
    );
    await iam.send(new CreateUserCommand({ UserName: "ann" }));
    await iam.send(new CreateAccessKeyCommand({ UserName: "ann" }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "ann",
        PolicyName: "narrow",
        PolicyDocument: allow(["s3:GetObject"], "arn:aws:s3:::photos/*"),
      }),
    );
    // In another region than the one that is audited.
    await new LambdaClient({ region: "eu-west-1" }).send(
      new CreateFunctionCommand({
        FunctionName: "elsewhere",
        Role: working.Role!.Arn,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: { ZipFile: Buffer.from("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", "base64") },
      }),
    );
    for (const Bucket of ["open-policy", "open-list", "open-but-blocked", "closed"]) {
      await s3.send(new CreateBucketCommand({ Bucket }));
    }
    const everybody = (bucket: string): string =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: `arn:aws:s3:::${bucket}/*`,
          },
        ],
      });
    for (const Bucket of ["open-policy", "open-but-blocked"]) {
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: everybody(Bucket) }));
    }
    await s3.send(
      new PutBucketTaggingCommand({ Bucket: "open-policy", Tagging: { TagSet: OWNED } }),
    );
    await s3.send(new PutBucketAclCommand({ Bucket: "open-list", ACL: "public-read" }));
    await s3.send(
      new PutPublicAccessBlockCommand({
        Bucket: "open-but-blocked",
        PublicAccessBlockConfiguration: { RestrictPublicBuckets: true, IgnorePublicAcls: true },
      }),
    );
    const report = await look(100);
    assert.deepEqual(report.notLookedAt, []);
    findings = report.findings;
  });

  after(async () => {
    leave?.();
    await sandbox?.stop();
  });

  it("finds a root user without MFA", () => {
    assert.deepEqual(found("root-user"), [["root user", null]]);
  });

  it("finds what functions left behind, whichever region they are in", () => {
    assert.deepEqual(found("left-behind"), [
      ["orphan-role-abc123", null],
      ["owned-orphan", "kennel/prod"],
      ["unattached", null],
    ]);
  });

  it("finds roles and access keys that nobody has used, once they are old enough", async () => {
    assert.deepEqual(found("role-unused"), [
      ["working", null],
      ["machine", null],
    ]);
    assert.match(found("access-key-unused")[0]![0], /^ann: /);
    const fresh = await look(0);
    assert.ok(!fresh.findings.some(({ check }) => /unused/.test(check)));
  });

  it("finds full access, by inline and by attached policies", () => {
    assert.deepEqual(found("full-access"), [
      ["role owned-orphan", "kennel/prod"],
      ["role machine", null],
    ]);
  });

  it("finds public buckets, not those whose block prevents it", () => {
    assert.deepEqual(found("bucket-public"), [
      ["open-policy", "kennel/prod"],
      ["open-list", null],
    ]);
  });

  it("offers to remove only what no stack owns, and removes only what is confirmed", async () => {
    const owned = findings.filter(({ owner }) => owner !== null);
    assert.ok(owned.every(({ removal }) => removal === undefined));
    const outcomes = await removeConfirmed(findings, ({ what }) =>
      Promise.resolve(/orphan-role|open-list|unattached/.test(what)),
    );
    const removed = outcomes.filter(({ outcome }) => outcome === "removed");
    assert.equal(removed.length, 3, JSON.stringify(outcomes));
    await assert.rejects(
      new IAMClient({}).send(new GetRoleCommand({ RoleName: "orphan-role-abc123" })),
      /not found/i,
    );
    findings = (await look(100)).findings;
    assert.deepEqual(found("left-behind"), [["owned-orphan", "kennel/prod"]]);
    assert.deepEqual(found("bucket-public"), [["open-policy", "kennel/prod"]]);
  });
});
