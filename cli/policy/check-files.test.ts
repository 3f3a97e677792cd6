import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { DOCUMENT_RULES } from "../../policies/iam/judge";
import { runHere, runHereOn } from "../testing/run-here";
import { runKennel } from "../testing/run-kennel";

interface Line {
  readonly id: unknown;
  readonly analysable: boolean;
  readonly fullAccess: boolean;
  readonly adminLike: boolean;
  readonly invokeScope: string;
  readonly passRoleStar: boolean;
  readonly findings: readonly unknown[];
}

const document = (action: string, resource: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: action, Resource: resource }],
});

const EXACT = document(
  "sagemaker:InvokeEndpoint",
  "arn:aws:sagemaker:us-east-1:123456789012:endpoint/main",
);

describe("kennel policy check", function () {
  this.timeout(60_000);

  let directory: string;
  before(() => (directory = mkdtempSync(path.join(os.tmpdir(), "kennel-policies-"))));
  after(() => rmSync(directory, { recursive: true }));

  const write = (name: string, contents: string): string => {
    const file = path.join(directory, name);
    writeFileSync(file, contents);
    return file;
  };

  const judgeLines = async (input: string): Promise<{ code: number | null; lines: Line[] }> => {
    const { code, stdout } = await runHereOn(input, "policy", "check", "-", "--json");
    const lines = stdout.trim().split("\n").filter(Boolean);
    return { code, lines: lines.map((line) => JSON.parse(line) as Line) };
  };

  it("answers each JSON line by its id, for documents as objects and as raw text", async () => {
    const { code, lines } = await judgeLines(
      [
        JSON.stringify({ id: "exact", document: EXACT }),
        JSON.stringify({ id: 7, document: JSON.stringify(document("sagemaker:*", "*")) }),
        JSON.stringify({ id: "admin", document: document("*", "*") }),
      ].join("\n"),
    );
    assert.equal(code, 1);
    assert.deepEqual(
      lines.map(({ id, analysable, fullAccess, adminLike, invokeScope, passRoleStar }) => ({
        id,
        analysable,
        fullAccess,
        adminLike,
        invokeScope,
        passRoleStar,
      })),
      [
        {
          id: "exact",
          analysable: true,
          fullAccess: false,
          adminLike: false,
          invokeScope: "exact",
          passRoleStar: false,
        },
        {
          id: 7,
          analysable: true,
          fullAccess: true,
          adminLike: false,
          invokeScope: "unscoped",
          passRoleStar: false,
        },
        {
          id: "admin",
          analysable: true,
          fullAccess: true,
          adminLike: true,
          invokeScope: "unscoped",
          passRoleStar: true,
        },
      ],
    );
    assert.deepEqual(lines[0]!.findings, []);
  });

  it("exits 0 where nothing mandatory is broken", async () => {
    const { code, lines } = await judgeLines(`${JSON.stringify({ id: 1, document: EXACT })}\n`);
    assert.equal(code, 0);
    assert.equal(lines.length, 1);
  });

  it("never passes what it can't read: broken text, a line that is not a record, a duplicate key", async () => {
    const { code, lines } = await judgeLines(
      [
        JSON.stringify({ id: "cut", document: '{"Version":"2012-10-17","Statement":[' }),
        "not a record",
        JSON.stringify({ id: "none" }),
        JSON.stringify({
          id: "twice",
          document:
            '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}]}',
        }),
      ].join("\n"),
    );
    assert.equal(code, 1);
    assert.deepEqual(
      lines.map(({ id }) => id),
      ["cut", 2, "none", "twice"],
    );
    assert.ok(lines.every((line) => !line.analysable && line.findings.length > 0));
  });

  it("judges files, one line each, and says what to write instead", async () => {
    const good = write("good.json", JSON.stringify(EXACT));
    const bad = write("bad.json", JSON.stringify(document("sagemaker:InvokeEndpoint*", "*")));
    const run = await runHere("policy", "check", good, bad);
    assert.equal(run.code, 1);
    assert.match(run.stdout, /ok .*good\.json/);
    assert.match(run.stdout, /FAIL .*bad\.json.*invokes endpoints: unscoped/);
    assert.match(run.stdout, /"Action": "sagemaker:InvokeEndpoint\*"/);
  });

  it("finds a byte order mark", async () => {
    const file = write("bom.json", `\uFEFF${JSON.stringify(EXACT)}`);
    const run = await runHere("policy", "check", file, "--json");
    assert.equal(run.code, 1);
    assert.equal((JSON.parse(run.stdout) as Line).analysable, false);
  });

  it("names a file that is not there, judges the others, and exits 2", async () => {
    const good = write("beside.json", JSON.stringify(EXACT));
    const run = await runHere("policy", "check", path.join(directory, "none.json"), good);
    assert.equal(run.code, 2);
    assert.match(run.stderr, /none\.json: it does not exist/);
    assert.match(run.stdout, /ok .*beside\.json/);
  });

  it("judges an AWS managed policy by its ARN", async () => {
    const arn = "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess";
    const run = await runHere("policy", "check", arn, "--json");
    assert.equal(run.code, 1);
    assert.equal((JSON.parse(run.stdout) as Line).fullAccess, true);
    const unknown = await runHere("policy", "check", "arn:aws:iam::aws:policy/NoSuch");
    assert.match(unknown.stdout, /\[advisory\][^]*not among the AWS managed policies/);
    const own = await runHere("policy", "check", "arn:aws:iam::123456789012:policy/own");
    assert.match(own.stderr, /get-policy-version/);
    assert.equal(own.code, 2);
  });

  it("checks what a role or user has together, within its boundary", async () => {
    const lambda = document("lambda:*", "arn:aws:lambda:us-east-1:123456789012:function:a");
    const policy = (PolicyName: string, PolicyDocument: object): object => ({
      PolicyName,
      PolicyDocument,
    });
    const arn = (name: string): string => `arn:aws:iam::123456789012:policy/${name}`;
    const attached = (name: string): object[] => [{ PolicyName: name, PolicyArn: arn(name) }];
    const managed = (name: string, Document: object): object => ({
      ...{ PolicyName: name, Arn: arn(name) },
      PolicyVersionList: [{ IsDefaultVersion: true, Document }],
    });
    const pass = document("iam:PassRole", "arn:aws:iam::123456789012:role/*");
    const jobs = document("sagemaker:CreateTrainingJob", "*");
    const account = write(
      "account.json",
      JSON.stringify({
        UserDetailList: [
          { UserName: "u", GroupList: ["g"], UserPolicyList: [policy("pass", pass)] },
        ],
        GroupDetailList: [
          { GroupName: "g", GroupPolicyList: [policy("jobs", jobs)] },
          { GroupName: "bounded" },
        ],
        RoleDetailList: [
          {
            ...{ RoleName: "r", RolePolicyList: [policy("pass", pass)] },
            AttachedManagedPolicies: attached("jobs"),
          },
          {
            ...{ RoleName: "bounded", RolePolicyList: [policy("write", document("iam:*", "*"))] },
            PermissionsBoundary: { PermissionsBoundaryArn: arn("bound") },
          },
        ],
        Policies: [managed("jobs", jobs), managed("bound", lambda)],
      }),
    );
    const run = await runHere("policy", "check", account, "--json");
    const lines = run.stdout.trim().split("\n");
    const found = lines.map((line) => {
      const { id, findings } = JSON.parse(line) as Line & { findings: { rule: string }[] };
      const rules = findings.map(({ rule }) => rule);
      return [String(id).replace(/.*: /, ""), rules.includes("no-privilege-escalation")];
    });
    assert.deepEqual(Object.fromEntries(found), {
      ...{ "User u, pass": false, "Group g, jobs": false, "Role r, pass": false },
      ...{ "Role bounded, write": false, "Policy jobs": false, "Policy bound": false },
      ...{ "User u, together": true, "Role r, together": true },
    });
    assert.doesNotMatch(
      lines.find((line) => line.includes("bounded"))!,
      /mandatory/,
    );
  });

  it("names a document that is known only after the deployment, and does not fail for it", async () => {
    const change = { after: {}, after_unknown: { policy: true } };
    const plan = write(
      "plan.json",
      JSON.stringify({
        terraform_version: "1",
        resource_changes: [{ address: "aws_iam_policy.p", type: "aws_iam_policy", change }],
      }),
    );
    const run = await runHere("policy", "check", plan);
    assert.equal(run.code, 0);
    assert.match(run.stdout, /\[advisory\][^]*known only after the deployment/);
  });

  it("names a file without a policy, and passes over what else a folder contains", async () => {
    const template = write("none.yaml", "Resources: { B: { Type: AWS::S3::Bucket } }\n");
    const good = write("one.json", JSON.stringify(EXACT));
    const run = await runHere("policy", "check", template, good);
    assert.equal(run.code, 2);
    assert.match(run.stderr, /none\.yaml: it contains no policy document/);
    const folder = mkdtempSync(path.join(directory, "folder-"));
    writeFileSync(path.join(folder, "package.json"), '{"name": "x"}');
    writeFileSync(path.join(folder, "policy.json"), JSON.stringify(EXACT));
    const all = await runHere("policy", "check", folder);
    assert.deepEqual([all.code, /package/.test(all.stdout)], [0, false]);
  });

  it("checks each of several documents in a file", async () => {
    const admin = document("*", "*");
    const several = {
      "list.json": JSON.stringify([EXACT, admin]),
      "named.json": JSON.stringify({ one: EXACT, other: admin }),
      "held.json": JSON.stringify({ documents: [EXACT, admin] }),
      "two.yaml": `${JSON.stringify(EXACT)}\n---\n${JSON.stringify(admin)}\n`,
    };
    for (const [name, contents] of Object.entries(several)) {
      const run = await runHere("policy", "check", write(name, contents));
      assert.match(run.stdout, /^ok [^]*\nFAIL [^]*administrator/, name);
    }
  });

  it("prints no control characters of a name", async () => {
    const id = "a\u001b[31m\nok  b <x>";
    const { stdout } = await runHereOn(
      JSON.stringify({ id, document: document("*", "*") }),
      ...["policy", "check", "-", "--format", "markdown"],
    );
    assert.match(stdout, /\| a\\u001b\[31m\\u000aok {2}b &lt;x> \|/);
  });

  it("prints SARIF for code scanning, and Markdown for a pull request", async () => {
    const template = write(
      "template.yaml",
      `Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: ${JSON.stringify(document("*", "*"))}\n`,
    );
    const sarif = await runKennel("policy", "check", template, "--format", "sarif");
    assert.equal(sarif.code, 1);
    const { runs } = JSON.parse(sarif.stdout) as {
      runs: {
        tool: { driver: { rules: { shortDescription: object; help: { text: string } }[] } };
        results: { ruleId: string; level: string; locations: object[] }[];
      }[];
    };
    const { rules } = runs[0]!.tool.driver;
    assert.deepEqual(
      rules.filter(({ shortDescription, help }) => !(shortDescription && help.text)),
      [],
    );
    assert.equal(rules.length, Object.keys(DOCUMENT_RULES).length);
    const [first] = runs[0]!.results;
    assert.deepEqual([first!.ruleId, first!.level], ["no-full-access", "error"]);
    assert.match(JSON.stringify(first!.locations), /template\.yaml.*"P\.PolicyDocument"/);
    const markdown = await runHere("policy", "check", template, "--format", "markdown");
    assert.match(
      markdown.stdout,
      /\| .*template\.yaml: P\.PolicyDocument \| identity \| mandatory \| no-full-access \|/,
    );
  });
});
