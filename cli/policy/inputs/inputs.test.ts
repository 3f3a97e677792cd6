import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import fc from "fast-check";

import { UNKNOWN } from "../../../policies/iam/unknown";
import type { NamedDocument } from "./named-document";
import { Intrinsics } from "./intrinsics";
import { documentsOfStack } from "./policy-stack";
import { inputsOfText, readInputs } from "./read-inputs";
import { namesOf } from "./template-names";

const POLICY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::photos/*" }],
};
const TRUST = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
};
const read = (value: unknown, name = "f.json"): NamedDocument[] =>
  inputsOfText(typeof value === "string" ? value : JSON.stringify(value), name).flatMap((input) =>
    "at" in input ? documentsOfStack(input) : (input.parts ?? [input]),
  );
const kinds = (documents: readonly NamedDocument[]): unknown[] =>
  documents.map(({ id, kind }) => [id, kind]);

describe("policy documents as people have them", () => {
  for (const [what, output, kind, document] of [
    ["get-policy-version", { PolicyVersion: { Document: POLICY } }, "identity", POLICY],
    [
      "get-role-policy",
      { RoleName: "a", PolicyName: "b", PolicyDocument: POLICY },
      "identity",
      POLICY,
    ],
    ["get-role", { Role: { AssumeRolePolicyDocument: TRUST } }, "trust", TRUST],
    [
      "ecr get-repository-policy",
      { policyText: JSON.stringify(TRUST) },
      "repository",
      JSON.stringify(TRUST),
    ],
    ["get-bucket-policy", { Policy: JSON.stringify(TRUST) }, undefined, JSON.stringify(TRUST)],
    ["sqs get-queue-attributes", { Attributes: { Policy: "{}" } }, "queue", "{}"],
    ["sns get-topic-attributes", { Attributes: { Policy: "{}", TopicArn: "x" } }, "topic", "{}"],
    ["secretsmanager get-resource-policy", { ResourcePolicy: "{}" }, "secret", "{}"],
  ] as const) {
    it(`reads what aws ${what} prints`, () => {
      const [found, ...more] = read(output);
      assert.deepEqual([found?.document, found?.kind, more], [document, kind, []]);
    });
  }

  it("reads a whole account, and names whose each document is", () => {
    const documents = read({
      UserDetailList: [
        { UserName: "ann", UserPolicyList: [{ PolicyName: "p", PolicyDocument: POLICY }] },
      ],
      GroupDetailList: [{ GroupName: "g" }],
      RoleDetailList: [
        {
          RoleName: "r",
          AssumeRolePolicyDocument: TRUST,
          RolePolicyList: [{ PolicyName: "q", PolicyDocument: POLICY }],
        },
      ],
      Policies: [
        {
          PolicyName: "m",
          PolicyVersionList: [
            { IsDefaultVersion: false, Document: {} },
            { IsDefaultVersion: true, Document: POLICY },
          ],
        },
      ],
    });
    assert.deepEqual(kinds(documents), [
      ["f.json: User ann, p", "identity"],
      ["f.json: Role r, trust policy", "trust"],
      ["f.json: Role r, q", "identity"],
      ["f.json: Policy m", "identity"],
    ]);
  });

  it("reads a CloudFormation template, in JSON or YAML, and fills in what it refers to", () => {
    const yaml = `
Resources:
  Bucket: { Type: AWS::S3::Bucket }
  Endpoint: { Type: AWS::SageMaker::Endpoint }
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] }
      Policies:
        - PolicyName: invoke
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: sagemaker:InvokeEndpoint
                Resource:
                  - !GetAtt Endpoint.Arn
                  - !Sub "arn:\${AWS::Partition}:s3:::\${Bucket}/\${aws:username}/*"
                  - !Join ["", ["arn:aws:s3:::", !Ref Bucket, "/*"]]
                  - Fn::GetAtt: [Bucket, Arn]
  Open:
    Type: AWS::S3::BucketPolicy
    Properties: { PolicyDocument: { Statement: [] } }
`;
    const documents = read(yaml, "template.yaml");
    assert.deepEqual(kinds(documents), [
      ["template.yaml: Role.AssumeRolePolicyDocument", "trust"],
      ["template.yaml: Role.Policies[0]", "identity"],
      ["template.yaml: Open.PolicyDocument", "bucket"],
    ]);
    const { Statement } = documents[1]!.document as { Statement: { Resource: string[] }[] };
    assert.deepEqual(Statement[0]!.Resource, [
      "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/Endpoint",
      "arn:aws:s3:::Bucket/${aws:username}/*",
      "arn:aws:s3:::Bucket/*",
      "arn:aws:s3:::Bucket",
    ]);
  });

  it("reads a template's document once for each way in which its conditions may turn out", () => {
    const or = (condition: string, one: unknown, other: unknown = { Ref: "AWS::NoValue" }) => ({
      "Fn::If": [condition, one, other],
    });
    const [own, shared] = ["arn:aws:s3:::own/*", "arn:aws:s3:::shared/*"];
    const Condition = { Bool: { "aws:SecureTransport": "true" } };
    const statement = {
      Resource: [own, or("Shared", shared)],
      Condition: or("Shared", Condition),
    };
    const template = {
      Resources: {
        Role: {
          Type: "AWS::IAM::Role",
          Properties: {
            AssumeRolePolicyDocument: TRUST,
            Policies: [{ PolicyDocument: { Statement: [statement] } }],
          },
        },
      },
    };
    assert.deepEqual(
      read(template).map(({ id, document }) => [id, (document as typeof POLICY).Statement]),
      [
        ["f.json: Role.AssumeRolePolicyDocument", TRUST.Statement],
        ["f.json: Role.Policies[0], where not Shared", [{ Resource: [own] }]],
        ["f.json: Role.Policies[0], where Shared", [{ Resource: [own, shared], Condition }]],
      ],
    );
    const many = Array.from({ length: 7 }, (_, index) => or(`C${index}`, own));
    const Properties = { PolicyDocument: { Statement: [{ Resource: many }] } };
    assert.match(
      read({ Resources: { Many: { Type: "AWS::IAM::ManagedPolicy", Properties } } })[0]!.problem!,
      /depends on 7 conditions/,
    );
    const none = { PolicyDocument: { Statement: [or("C", statement)] } };
    assert.equal(
      read({ Resources: { Few: { Type: "AWS::IAM::ManagedPolicy", Properties: none } } }).length,
      2,
    );
  });

  it("fills in parameters and references as CloudFormation does", () => {
    const Resource = [
      { Ref: "Topic" },
      { "Fn::Sub": "${BucketArn}/${!aws:username}/*" },
      { "Fn::ImportValue": { "Fn::Sub": "photos-Arn" } },
      { Ref: "Wide" },
      { "Fn::Sub": ["${Name}/${aws:userid}", { Name: { Ref: "Wide" } }] },
    ];
    const template = {
      Parameters: { BucketArn: { Type: "String" }, Wide: { Type: "String", Default: "*" } },
      Resources: {
        Topic: { Type: "AWS::SNS::Topic" },
        P: {
          Type: "AWS::IAM::ManagedPolicy",
          Properties: { PolicyDocument: { Statement: [{ Resource }] } },
        },
      },
    };
    const { Statement } = read(template)[0]!.document as { Statement: { Resource: string[] }[] };
    assert.deepEqual(Statement[0]!.Resource, [
      "arn:aws:sns:REGION:ACCOUNT:Topic",
      UNKNOWN,
      UNKNOWN,
      "*",
      "*/${aws:userid}",
    ]);
  });

  it("takes for unknown what a template does not show, and for text what IAM fills in", () => {
    const parts = { "Fn::Split": [",", { Ref: "P" }] };
    const cases: readonly (readonly [written: unknown, expected: unknown])[] = [
      [{ "Fn::Select": [0, parts] }, UNKNOWN],
      [{ "Fn::Select": [1, ["a", "b"]] }, "b"],
      [{ "Fn::Split": [",", "a,b"] }, ["a", "b"]],
      [{ "Fn::FindInMap": ["M", "a", "b"] }, UNKNOWN],
      [{ "Fn::Transform": { Name: "x" } }, UNKNOWN],
      [{ "Fn::Join": [",", { Ref: "P" }] }, UNKNOWN],
      [{ Ref: "P" }, UNKNOWN],
      [{ Ref: "Stored" }, UNKNOWN],
      [{ Ref: "List" }, ["a", "b"]],
      [{ Ref: "constructor" }, UNKNOWN],
      [{ Ref: "Endpoint" }, "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/Endpoint"],
      [{ "Fn::GetAtt": "Endpoint.EndpointName" }, UNKNOWN],
      [{ "Fn::Sub": "${P}/*" }, UNKNOWN],
      [{ "Fn::Sub": "arn:aws:s3:::${P}/${s3:prefix}" }, "arn:aws:s3:::P/${s3:prefix}"],
      [{ "Fn::Sub": "${S3.Arn}/*" }, "arn:aws:s3:::S3/*"],
      [{ "Fn::Sub": ["${X}/*", { X: { "Fn::ImportValue": "x" } }] }, UNKNOWN],
      [{ "Fn::Join": ["", ["arn:aws:s3:::", { "Fn::ImportValue": "x" }]] }, "arn:aws:s3:::VALUE"],
      [[{ Ref: "AWS::NoValue" }, "a"], ["a"]],
    ];
    const template = {
      Parameters: {
        P: { Type: "String" },
        Stored: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/x" },
        List: { Type: "CommaDelimitedList", Default: "a, b" },
      },
      Resources: {
        S3: { Type: "AWS::S3::Bucket" },
        Endpoint: { Type: "AWS::SageMaker::Endpoint" },
      },
    };
    for (const [written, expected] of cases) {
      const resolved = new Intrinsics(namesOf(template), undefined, () => undefined);
      assert.deepEqual(resolved.resolve(written), expected, JSON.stringify(written));
    }
  });

  it("gathers what a template or plan gives to one role or user", () => {
    const held = { PolicyDocument: POLICY };
    const more = { PolicyDocument: { ...POLICY, Id: "more" } };
    const template = {
      Resources: {
        Role: { Type: "AWS::IAM::Role", Properties: { Policies: [held] } },
        Other: { Type: "AWS::IAM::Role", Properties: { Policies: [held] } },
        More: { Type: "AWS::IAM::Policy", Properties: { ...more, Roles: [{ Ref: "Role" }] } },
      },
    };
    const together = (value: unknown): unknown[] =>
      read(value).flatMap(({ id, together: all }) => (all ? [[id, all.documents.length]] : []));
    assert.deepEqual(together(template), [["f.json: Role, together", 2]]);
    const membership = { GroupName: { Ref: "Group" }, Users: [{ Ref: "User" }] };
    const members = {
      Resources: {
        User: { Type: "AWS::IAM::User", Properties: { Policies: [held] } },
        Group: { Type: "AWS::IAM::Group", Properties: { Policies: [held] } },
        Other: { Type: "AWS::IAM::User", Properties: { Policies: [held] } },
        In: { Type: "AWS::IAM::UserToGroupAddition", Properties: membership },
      },
    };
    assert.deepEqual(together(members), [["f.json: User, together", 2]]);
    const change = (after: object, later: object): object => ({ after, after_unknown: later });
    const policy = JSON.stringify(POLICY);
    const role = (name: string): object => ({
      ...{ address: `aws_iam_role.${name}`, type: "aws_iam_role" },
      change: change({ inline_policy: [{ policy }] }, { id: true, managed_policy_arns: true }),
    });
    const plan = {
      terraform_version: "1",
      resource_changes: [
        role("a"),
        role("b"),
        {
          ...{ address: "aws_iam_role_policy.p", type: "aws_iam_role_policy" },
          change: change({ policy }, { role: true }),
        },
      ],
      configuration: {
        root_module: {
          resources: [
            {
              address: "aws_iam_role_policy.p",
              expressions: { role: { references: ["aws_iam_role.b.id", "aws_iam_role.b"] } },
            },
          ],
        },
      },
    };
    assert.deepEqual(together(plan), [["f.json: aws_iam_role.b, together", 2]]);
  });

  it("reads the policies of SAM's functions: documents, and names of managed policies", () => {
    const Policies = ["AdministratorAccess", { S3ReadPolicy: { BucketName: "b" } }, POLICY];
    const template = {
      Resources: {
        F: { Type: "AWS::Serverless::Function", Properties: { Policies } },
        G: { Type: "AWS::Serverless::Function", Properties: { Policies: POLICY } },
      },
    };
    assert.deepEqual(
      read(template).map(({ id, document }) => [id, document]),
      [
        ["f.json: F.Policies[2]", POLICY],
        [
          "f.json: F.ManagedPolicyArns[0]: arn:aws:iam::aws:policy/AdministratorAccess",
          "arn:aws:iam::aws:policy/AdministratorAccess",
        ],
        ["f.json: G.Policies[0]", POLICY],
        ["f.json: F, together", undefined],
      ],
    );
  });

  it("names AWS managed policies that are attached", () => {
    const arn = "arn:aws:iam::aws:policy/AdministratorAccess";
    const own = { Ref: "Own" };
    const Properties = {
      ManagedPolicyArns: [own, { "Fn::Sub": arn.replace("aws", "${AWS::Partition}") }],
    };
    const template = { Resources: { R: { Type: "AWS::IAM::Role", Properties } } };
    assert.deepEqual(
      read(template).map(({ id, document }) => [id, document]),
      [[`f.json: R.ManagedPolicyArns[1]: ${arn}`, arn]],
    );
    const change = { after: { policy_arn: arn, role: "r" }, after_unknown: {} };
    const type = "aws_iam_role_policy_attachment";
    const plan = { terraform_version: "1", resource_changes: [{ address: "a", type, change }] };
    assert.deepEqual(
      read(plan).map(({ document }) => document),
      [arn],
    );
  });

  it("reads policies of any kind that a service's resources have", () => {
    const template = {
      Resources: {
        Queue: { Type: "AWS::SQS::QueueInlinePolicy", Properties: { PolicyDocument: POLICY } },
        Images: {
          Type: "AWS::ECR::Repository",
          Properties: { LifecyclePolicy: {}, RepositoryPolicyText: POLICY },
        },
        Scaling: { Type: "AWS::AutoScaling::ScalingPolicy", Properties: { PolicyDocument: {} } },
      },
    };
    assert.deepEqual(kinds(read(template)), [
      ["f.json: Queue.PolicyDocument", "queue"],
      ["f.json: Images.RepositoryPolicyText", "repository"],
    ]);
    const change = { after: { policy: "{}" }, after_unknown: {} };
    const type = "aws_ecr_lifecycle_policy";
    const plan = { terraform_version: "1", resource_changes: [{ address: "a", type, change }] };
    assert.deepEqual(read(plan), []);
  });

  it("reads a Terraform plan, modules included, and says what is only known later", () => {
    const role = { address: "module.a.aws_iam_role.r", type: "aws_iam_role" };
    const text = JSON.stringify(TRUST);
    const changes = read({
      terraform_version: "1.9.0",
      resource_changes: [
        {
          ...role,
          change: {
            after: { assume_role_policy: text, inline_policy: [{ policy: text }] },
            after_unknown: {},
          },
        },
        {
          address: "aws_s3_bucket_policy.b",
          type: "aws_s3_bucket_policy",
          change: { after: {}, after_unknown: { policy: true } },
        },
        {
          address: "aws_iam_role.later",
          type: "aws_iam_role",
          change: {
            after: { inline_policy: [{ name: "x" }, { policy: text }], tags: null },
            after_unknown: { inline_policy: [{ policy: true }, {}], tags: { Team: true } },
          },
        },
        { ...role, change: { after: null } },
        {
          ...{ ...role, address: "aws_iam_role.plain" },
          change: { after: {}, after_unknown: { inline_policy: true } },
        },
      ],
    });
    assert.deepEqual(kinds(changes), [
      ["f.json: module.a.aws_iam_role.r.assume_role_policy", "trust"],
      ["f.json: module.a.aws_iam_role.r.inline_policy[0]", "identity"],
      ["f.json: aws_s3_bucket_policy.b.policy", "bucket"],
      ["f.json: aws_iam_role.later.inline_policy[0]", "identity"],
      ["f.json: aws_iam_role.later.inline_policy[1]", "identity"],
    ]);
    assert.deepEqual(
      changes.slice(2).map(({ document }) => document),
      [UNKNOWN, UNKNOWN, text],
    );
    const module = { resources: [{ ...role, values: { assume_role_policy: text } }] };
    const planned = { planned_values: { root_module: { child_modules: [module] } } };
    assert.equal(read(planned)[0]!.document, text);
  });

  it("gives a document's own bytes on, broken ones included, and YAML as an object", () => {
    const twice = '{"Statement": [], "Statement": []}';
    assert.equal(read(twice)[0]!.document, twice);
    assert.equal(read("{ broken")[0]!.document, "{ broken");
    assert.deepEqual(read("Version: x\nStatement: []\n", "p.yaml")[0]!.document, {
      Version: "x",
      Statement: [],
    });
  });

  it("never throws, whatever a file holds", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json(), fc.constantFrom("a: !Ref", "!Sub", "- *x")),
        (text) => {
          for (const name of ["a.json", "a.yaml", "a.template"]) {
            assert.ok(Array.isArray(read(text, name)));
          }
        },
      ),
    );
    const deep = `{"RoleDetailList": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const cyclic = "Resources: &a { Role: { Type: AWS::IAM::Role, Properties: *a } }";
    for (const text of [deep, cyclic]) {
      assert.match(read(text, "f.yaml")[0]!.problem!, /nested more than 200 levels/);
    }
    for (const name of ["constructor", "__proto__", "toString"]) {
      const template = `{"Resources": {"${name}": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Ref": "${name}"}}]}}}}`;
      assert.equal(read(template).length, 1);
    }
  });

  describe("on a disk", () => {
    let directory: string;
    before(() => {
      directory = mkdtempSync(path.join(os.tmpdir(), "kennel-inputs-"));
      mkdirSync(path.join(directory, "nested"));
      writeFileSync(path.join(directory, "a.json"), JSON.stringify(POLICY));
      writeFileSync(path.join(directory, "nested", "b.yml"), "Statement: []\n");
      writeFileSync(path.join(directory, "notes.txt"), "not read");
      mkdirSync(path.join(directory, "empty"));
    });
    after(() => rmSync(directory, { recursive: true }));

    const gather = async (...inputs: string[]): Promise<[unknown[], string[]]> => {
      const unreadable: string[] = [];
      const ids: unknown[] = [];
      for await (const { id } of readInputs(inputs, unreadable)) {
        ids.push(id);
      }
      return [ids, unreadable];
    };

    it("are found in a folder and in those within, and one that is missing stops none", async () => {
      const missing = path.join(directory, "none.json");
      const empty = path.join(directory, "empty");
      const arn = "arn:aws:iam::aws:policy/AdministratorAccess";
      const [ids, unreadable] = await gather(missing, directory, empty, arn);
      assert.deepEqual(ids, [
        path.join(directory, "a.json"),
        path.join(directory, "nested", "b.yml"),
        arn,
      ]);
      assert.deepEqual(unreadable, [
        `${missing}: it does not exist`,
        `${empty}: the folder has no .json, .yaml, .yml or .template file`,
      ]);
    });
  });
});
