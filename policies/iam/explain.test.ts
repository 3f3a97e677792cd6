import assert from "node:assert/strict";
import { readDocument } from "./document";
import { checkDocument } from "./judge";
import { serviceOf } from "./services";

const ENDPOINT = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint";
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:kennel";

const allow = (Action: unknown, more: object = {}): object => ({
  Effect: "Allow",
  Action,
  Resource: "*",
  ...more,
});
const extent = (service: string): string => {
  const names = [...serviceOf(service).actions.values()].map(({ name }) => `${service}:${name}`);
  return `every action of ${service}, on every resource (${names.length} actions, such as ${names.slice(0, 3).join(", ")}, and each that AWS adds)`;
};

/** What is said of statements, and what stands in their place. */
const SAID: Readonly<
  Record<string, readonly [statements: object[], message: string, fix: string]>
> = {
  "a whole service, among other actions": [
    [allow(["s3:GetObject", "SQS:*", "sns:Publish"], { Sid: "Queues" })],
    `statement 1 ("Queues") allows "sqs:*": ${extent("sqs")}`,
    'Allow what is called, on what it is called on: { "Effect": "Allow", "Action": "sqs:GetQueueAttributes", "Resource": "arn:aws:sqs:REGION:ACCOUNT:NAME" }, { "Effect": "Allow", "Action": [ "s3:GetObject", "sns:Publish" ], "Resource": "*" }',
  ],
  "a misspelt service": [
    [allow("sagemker:*", { Resource: TOPIC })],
    'statement 1 names "sagemker:*" (did you mean sagemaker:*?), which AWS does not have: it has no effect',
    'Name actions that AWS has: { "Effect": "Allow", "Action": "sagemaker:InvokeEndpoint", "Resource": "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/NAME" }',
  ],
  "a service that AWS does not list": [
    [allow("frob:*")],
    'statement 1 allows "frob:*": every action of frob, on every resource (the service is not among those AWS lists today)',
    'Allow what is called, on what it is called on: { "Effect": "Allow", "Action": "frob:ACTION", "Resource": "arn:aws:frob:REGION:ACCOUNT:NAME" }',
  ],
  "a condition beside a whole service": [
    [
      allow("s3:*", {
        Condition: {
          Bool: { "aws:MultiFactorAuthPresent": "true" },
          StringEquals: { "aws:ResourceTag/a": "b" },
          NumericLessThan: { "aws:MultiFactorAuthAge": "3600" },
          StringLike: { "s3:prefix": "a" },
        },
      }),
    ],
    `statement 1 allows "s3:*": ${extent("s3")}; only its condition limits it: Bool aws:MultiFactorAuthPresent, StringEquals aws:ResourceTag/a, NumericLessThan aws:MultiFactorAuthAge`,
    'Allow what is called, on what it is called on: { "Effect": "Allow", "Action": [ "s3:GetObject", "s3:PutObject" ], "Resource": "arn:aws:s3:::BUCKET/PREFIX/*", "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" }, "StringEquals": { "aws:ResourceTag/a": "b" }, "NumericLessThan": { "aws:MultiFactorAuthAge": "3600" }, "StringLike": { "s3:prefix": "a" } } }',
  ],
  "single actions that are denied": [
    [allow("logs:*"), { ...allow("logs:DeleteLogGroup"), Effect: "Deny" }],
    `statement 1 allows "logs:*": ${extent("logs")}; only single actions are denied`,
    'Allow what is called, on what it is called on: { "Effect": "Allow", "Action": [ "logs:CreateLogStream", "logs:PutLogEvents" ], "Resource": "arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*" }',
  ],
  "endpoints of an account": [
    [
      allow(["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointAsync", "s3:GetObject"], {
        Resource: [`${ENDPOINT}/*`, `${ENDPOINT}/a`],
      }),
    ],
    `statement 1 allows sagemaker:InvokeEndpoint, sagemaker:InvokeEndpointAsync on "${ENDPOINT}/*" and 1 more: every endpoint of an account`,
    `Name the endpoint: { "Effect": "Allow", "Action": [ "sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointAsync" ], "Resource": "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/NAME" }, { "Effect": "Allow", "Action": "s3:GetObject", "Resource": [ "${ENDPOINT}/*", "${ENDPOINT}/a" ] }`,
  ],
  "all endpoints but one": [
    [
      {
        Effect: "Allow",
        Action: "sagemaker:InvokeEndpoint",
        NotResource: `${ENDPOINT}/a`,
      },
    ],
    "statement 1 allows sagemaker:InvokeEndpoint on everything but its NotResource: every endpoint of an account",
    'Name the endpoint: { "Effect": "Allow", "Action": "sagemaker:InvokeEndpoint", "Resource": "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/NAME" }',
  ],
  "roles to pass": [
    [
      allow("iam:PassRole", {
        Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } },
      }),
    ],
    "statement 1 allows iam:PassRole on every role, to every service (its condition StringEquals aws:RequestedRegion does not say which)",
    'Name the role: { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::ACCOUNT:role/NAME", "Condition": { "StringEquals": { "aws:RequestedRegion": "eu-west-1" } } }',
  ],
  "an escalation of two statements": [
    [
      allow("iam:PassRole", {
        Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
      }),
      allow("ec2:RunInstances"),
    ],
    "statement 1 and statement 2 together allow iam:PassRole on every role and ec2:RunInstances, with which its holder starts an instance with any role of the account (its condition StringEquals iam:PassedToService does not say which)",
    'Name the resources: { "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::ACCOUNT:role/NAME", "Condition": { "StringEquals": { "iam:PassedToService": "ec2.amazonaws.com" } } }',
  ],
  "an escalation of four statements": [
    Array.from({ length: 4 }, () => allow("states:UpdateStateMachine")),
    "statement 1, statement 2, statement 3 and 1 more together allow states:UpdateStateMachine on every resource, with which its holder runs its own steps with the role of any state machine",
    `Name the resources: ${Array.from({ length: 4 }, () => '{ "Effect": "Allow", "Action": "states:UpdateStateMachine", "Resource": "arn:aws:states:REGION:ACCOUNT:stateMachine:NAME" }').join(", ")}`,
  ],
  "anyone's role": [
    [
      {
        Effect: "Allow",
        Principal: { AWS: ["*", "123456789012"], Service: "ec2.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": "a" } },
      },
    ],
    'statement 1 trusts "AWS: *" and no condition keeps strangers out (StringEquals sts:ExternalId does not say who the caller is: a stranger can meet it): the role can be assumed by anyone',
    'Name the principal: { "Effect": "Allow", "Principal": { "AWS": [ "arn:aws:iam::ACCOUNT:role/NAME", "123456789012" ], "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole", "Condition": { "StringEquals": { "sts:ExternalId": "a" } } }',
  ],
  "a resource of all but one": [
    [
      {
        Effect: "Allow",
        NotPrincipal: { AWS: "123456789012" },
        Action: "glue:GetTable",
        Resource: "*",
      },
    ],
    'statement 1 trusts everybody but "123456789012" without a condition: it can be used by anyone',
    'Name the principal: { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::ACCOUNT:role/NAME" }, "Action": "glue:GetTable", "Resource": "*" }',
  ],
  "a service for any customer": [
    [
      {
        ...allow("sns:Publish", { Resource: TOPIC }),
        Principal: { Service: "s3.amazonaws.com" },
        Condition: {
          StringLike: { "AWS:SourceAccount": "*" },
          ArnLikeIfExists: { "aws:SourceArn": "arn:aws:s3:::kennel" },
          StringNotEquals: { "aws:SourceOrgID": "o-1" },
          StringEquals: { "aws:RequestedRegion": "eu-west-1" },
        },
      },
    ],
    'statement 1 trusts "Service: s3.amazonaws.com" and no condition keeps strangers out (StringLike AWS:SourceAccount takes in strangers, too; ArnLikeIfExists aws:SourceArn also holds where the request lacks the key; StringNotEquals aws:SourceOrgID keeps out only those that it names): the topic can be used by a service, for any customer',
    `Say for whom the service acts: { "Effect": "Allow", "Principal": { "Service": "s3.amazonaws.com" }, "Action": "sns:Publish", "Resource": "${TOPIC}", "Condition": { "ArnLikeIfExists": { "aws:SourceArn": "arn:aws:s3:::kennel" }, "StringNotEquals": { "aws:SourceOrgID": "o-1" }, "StringEquals": { "aws:RequestedRegion": "eu-west-1", "aws:SourceAccount": "ACCOUNT" } } }`,
  ],
  "users of an identity provider": [
    [
      {
        Effect: "Allow",
        Principal: { Federated: "accounts.google.com" },
        Action: "sts:AssumeRoleWithWebIdentity",
      },
    ],
    'statement 1 trusts "Federated: accounts.google.com" without a condition: the role can be assumed by any federated user',
    'Say which of its users: { "Effect": "Allow", "Principal": { "Federated": "accounts.google.com" }, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": { "StringEquals": { "accounts.google.com:sub": "SUBJECT" } } }',
  ],
  "actions that AWS does not have": [
    [allow(["s3:GetObjct", "s3:ListBucket", "dinamodb:GetItem", "s3:Frobnicate", "s3:PutObjekt*"])],
    'statement 1 names "s3:GetObjct" (did you mean s3:GetObject?), "dinamodb:GetItem" (did you mean dynamodb:GetItem?), "s3:Frobnicate" and 1 more, which AWS does not have: it has no effect',
    'Name actions that AWS has: { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*" }, { "Effect": "Allow", "Action": [ "s3:GetObject", "dynamodb:GetItem", "s3:PutObject" ], "Resource": [ "arn:aws:s3:::BUCKET/PREFIX/*", "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME" ] }',
  ],
  "an action of a Deny that AWS does not have": [
    [
      { ...allow("s3:GetObjct", { Resource: "arn:aws:s3:::a/*" }), Effect: "Deny" },
      { ...allow("s3:GetObject", { Resource: "arn:aws:s3:::a/*" }) },
    ],
    'statement 1 names "s3:GetObjct" (did you mean s3:GetObject?), which AWS does not have: it has no effect',
    'Name actions that AWS has: { "Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*" }',
  ],
  "an action that is called on nothing": [
    [allow("s3:ListAllMyBucket")],
    'statement 1 names "s3:ListAllMyBucket" (did you mean s3:ListAllMyBuckets?), which AWS does not have: it has no effect',
    'Name actions that AWS has: { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }',
  ],
  "an action that only Kennel's list has": [
    [allow("sagemaker:InvokeEndpointWithBidirectionalStreem")],
    'statement 1 names "sagemaker:InvokeEndpointWithBidirectionalStreem" (did you mean sagemaker:InvokeEndpointWithBidirectionalStream?), which AWS does not have: it has no effect',
    'Name actions that AWS has: { "Effect": "Allow", "Action": "sagemaker:InvokeEndpointWithBidirectionalStream", "Resource": "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/NAME" }',
  ],
};

describe("a finding in words", () => {
  for (const [title, [Statement, message, fix]] of Object.entries(SAID)) {
    it(`is about ${title}`, () => {
      const { findings } = checkDocument({ Version: "2012-10-17", Statement });
      assert.deepEqual(
        findings.map((each) => [each.message, each.fix]),
        [[message, fix]],
      );
    });
  }

  it("names the service that a misspelt one is near to", () => {
    const { findings } = checkDocument({ Version: "2012-10-17", Statement: allow("sagemker:*") });
    assert.match(findings[0]!.message, /AWS lists today; did you mean sagemaker\?\)$/);
    assert.match(findings[0]!.fix, /"sagemaker:InvokeEndpoint"/);
  });

  it("says how a stranger gets past the Deny statements of the same action", () => {
    const statement = (Effect: string, more: object): object => ({
      Effect,
      Principal: "*",
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::a/*",
      ...more,
    });
    const unlessOwn = { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } };
    for (const [denied, said] of [
      [
        { Condition: { ...unlessOwn, Bool: { "AWS:ViaAWSService": "false" } }, Sid: "Own" },
        '("Own") does not deny a request with AWS:ViaAWSService "true"',
      ],
      [
        { Condition: { ...unlessOwn, Null: { "aws:MultiFactorAuthPresent": "false" } } },
        "does not deny a request without aws:MultiFactorAuthPresent",
      ],
      [
        { Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/a" } } },
        "does not deny a request with its own aws:PrincipalArn",
      ],
      [
        { Condition: { StringNotEquals: { "aws:PrincipalOrgID": "${aws:PrincipalOrgID}" } } },
        "denies it only by what the caller is itself",
      ],
      [{ Resource: "arn:aws:s3:::a/b/*" }, "denies only a part of it"],
      [{ Action: "s3:PutObject" }, undefined],
    ] as const) {
      const { findings } = checkDocument({
        Version: "2012-10-17",
        Statement: [statement("Allow", {}), statement("Deny", denied)],
      });
      assert.equal(
        findings[0]!.message,
        `statement 1 trusts "*" without a condition: the bucket can be used by anyone${said ? `; statement 2 ${said}` : ""}`,
      );
    }
  });

  it("has one fix for a statement, which leaves whom it trusts otherwise as they are", () => {
    const role = "sts:AssumeRole";
    const github = "token.actions.githubusercontent.com";
    const oidc = `arn:aws:iam::123456789012:oidc-provider/${github}`;
    const cognito = "cognito-identity.amazonaws.com";
    const Action = [role, `${role}WithWebIdentity`];
    const Condition = { Bool: { "aws:SecureTransport": "true" } };
    const { findings } = checkDocument({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: {
          AWS: ["arn:aws:iam::123456789012:root", "*"],
          Service: ["ec2.amazonaws.com", "sagemaker.amazonaws.com", "states.amazonaws.com"],
          Federated: [oidc, cognito],
        },
        Action,
        Condition,
      },
    });
    assert.equal(findings.length, 5);
    const rest = { Effect: "Allow", Action };
    for (const { fix, patch } of findings) {
      assert.match(
        fix,
        /^Name the principal. Say for whom the service acts. Say which of its users: /,
      );
      assert.deepEqual(patch?.with, [
        {
          ...rest,
          Principal: { Service: ["sagemaker.amazonaws.com", "states.amazonaws.com"] },
          Condition: { ...Condition, StringEquals: { "aws:SourceAccount": "ACCOUNT" } },
        },
        {
          ...rest,
          Principal: { Federated: oidc },
          Condition: {
            ...Condition,
            StringEquals: { [`${github}:sub`]: "repo:OWNER/REPOSITORY:ref:refs/heads/main" },
          },
        },
        {
          ...rest,
          Principal: { Federated: cognito },
          Condition: {
            ...Condition,
            StringEquals: { [`${cognito}:aud`]: "REGION:IDENTITY-POOL-ID" },
          },
        },
        {
          ...rest,
          Principal: {
            AWS: ["arn:aws:iam::123456789012:root", "arn:aws:iam::ACCOUNT:role/NAME"],
            Service: "ec2.amazonaws.com",
          },
          Condition,
        },
      ]);
    }
  });

  it("counts the ways to escalate that the same statements leave open", () => {
    const mfa = { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } };
    const { findings } = checkDocument({
      Version: "2012-10-17",
      Statement: [allow("*", { ...mfa, Sid: "Admin" }), allow("s3:GetObject")],
    });
    const ways = findings.filter(({ rule }) => rule === "no-privilege-escalation");
    assert.equal(ways.length, 6);
    assert.match(
      ways[5]!.message,
      /^statement 1 \("Admin"\) allows \d{2,} more such ways to gain permissions$/,
    );
    assert.equal(new Set(ways.map(({ fix }) => fix)).size, 1);
  });

  it("counts the actions of one service where there are too many", () => {
    const messageOf = (...Statement: object[]): string =>
      checkDocument({ Version: "2012-10-17", Statement }).findings[0]!.message;
    const everything = messageOf({ Effect: "Allow", NotAction: "iam:*", Resource: "*" });
    const count = serviceOf("sagemaker").names.length;
    assert.match(
      everything,
      /^statement 1 allows everything but its NotAction: every action of \d+ se/,
    );
    assert.match(
      everything,
      new RegExp(`\\(${count} actions of sagemaker alone, such as sagemaker:`),
    );
    const letters = [..."abcdefghijklmnopqrstuvwxyz"];
    assert.match(
      messageOf(allow(letters.map((letter) => `s?s:${letter}*`))),
      new RegExp(
        `allows "26 patterns together": every action of \\d+ services, \\w+ among them.* \\(\\d+ actions, `,
      ),
    );
  });

  for (const [provider, condition] of [
    [
      "arn:aws:iam::123456789012:saml-provider/a",
      { "SAML:aud": "https://signin.aws.amazon.com/saml" },
    ],
    [
      "cognito-identity.amazonaws.com",
      { "cognito-identity.amazonaws.com:aud": "REGION:IDENTITY-POOL-ID" },
    ],
    ["www.amazon.com", { "www.amazon.com:app_id": "APPLICATION-ID" }],
    ["graph.facebook.com", { "graph.facebook.com:app_id": "APPLICATION-ID" }],
    [
      "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
      { "token.actions.githubusercontent.com:sub": "repo:OWNER/REPOSITORY:ref:refs/heads/main" },
    ],
    [
      "arn:aws:iam::123456789012:oidc-provider/login.example.com/a",
      { "login.example.com/a:sub": "SUBJECT" },
    ],
  ] as const) {
    it(`names the condition that ${provider} needs`, () => {
      const { findings } = checkDocument({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Federated: provider },
          Action: ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"],
        },
      });
      const [patched] = findings[0]!.patch!.with as { Condition: object }[];
      assert.deepEqual(patched!.Condition, { StringEquals: condition });
    });
  }

  const one = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
  for (const [change, ...problems] of [
    [{ Action: {} }, "Statement[0].Action holds an object, where a text is needed"],
    [{ Action: [] }, "Statement[0].Action is an empty list"],
    [{ Action: undefined }, "Statement[0] has neither Action nor NotAction"],
    [{ NotAction: "s3:*" }, "Statement[0] has both Action and NotAction"],
    [
      { Action: "Get" },
      'Statement[0] has the action "Get"; an action is written service:Action or *',
    ],
    [
      { Action: "s3: GetObject" },
      'Statement[0] has the action "s3: GetObject"; an action is written service:Action or *',
    ],
    [{ Resource: undefined }, "Statement[0] has neither Resource nor NotResource"],
    [{ Resource: "a" }, 'Statement[0] has the resource "a"; a resource is an ARN or *'],
    [
      { resource: "*" },
      'Statement[0] spells Resource as "resource"',
      "Statement[0] has Resource twice",
    ],
    [
      { Effect: "allow" },
      'Statement[0].Effect is "allow"; allowed are Allow and Deny, in this spelling',
    ],
    [{ Effect: undefined }, "Statement[0] has no Effect"],
    [
      { Foo: 1 },
      'Statement[0] has the unknown key "Foo"; allowed are Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition',
    ],
    [
      { Sid: "Read only" },
      'Statement[0] has the Sid "Read only"; IAM takes only letters and digits for it',
    ],
    [
      { Resource: "arn:awz:s3:::a" },
      'Statement[0].Resource has "arn:awz:s3:::a", an ARN of a partition that AWS does not have',
    ],
    ...[
      ["AWS", "arn:aws:iam::1*:root"],
      ["AWS", "arn:aws:iam::123456789012:role/?"],
      ["Service", "*"],
    ].map(
      ([kind, value]) =>
        [
          { Principal: { [kind!]: value } },
          `Statement[0].Principal.${kind} has "${value}"; the only wildcard is "AWS": "*"`,
        ] as const,
    ),
    [
      { Principal: { AWS: "arn:awz:iam::123456789012:root" } },
      'Statement[0].Principal.AWS has "arn:awz:iam::123456789012:root", an ARN of a partition that AWS does not have',
    ],
    [
      { Condition: { NullIfExists: { "aws:SourceIp": "true" } } },
      "Statement[0].Condition.NullIfExists is not a condition operator of IAM",
    ],
    [
      { Condition: { StringEquals: { team: "a" } } },
      'Statement[0].Condition.StringEquals has the key "team"; a condition key is written service:key',
    ],
    ...[
      ["Bool", "yes", "true or false"],
      ["Null", "no", "true or false"],
      ["NumericLessThanIfExists", "ten", "a number"],
      ["DateLessThan", "tomorrow", "a date such as 2030-01-31T00:00:00Z"],
      ["DateEquals", "2030-02-30", "a date such as 2030-01-31T00:00:00Z"],
      ["DateEquals", "1 January 2030", "a date such as 2030-01-31T00:00:00Z"],
      ["ForAnyValue:IpAddress", "300.1.2.3/8", "an address or a block of addresses"],
      ["ArnLike", "arn:awz:s3:::a", "an ARN of one of AWS's partitions"],
    ].map(
      ([operator, value, needed]) =>
        [
          { Condition: { [operator!]: { "aws:a": [value] } } },
          `Statement[0].Condition.${operator}.aws:a has the value "${value}", where ${needed} is needed`,
        ] as const,
    ),
    [{ Sid: 1 }, "Statement[0].Sid is 1, where a text is needed"],
    [{ Principal: "a" }, 'Statement[0].Principal is "a", where "*" or an object is needed'],
    [
      { Principal: { Aws: "*" } },
      'Statement[0].Principal has the kind "Aws"; allowed are AWS, Service, Federated, CanonicalUser',
    ],
    [{ Principal: "*", NotPrincipal: "*" }, "Statement[0] has both Principal and NotPrincipal"],
    [{ Condition: "a" }, 'Statement[0].Condition is "a", where an object of operators is needed'],
    [
      { Condition: { Equals: {} } },
      "Statement[0].Condition.Equals is not a condition operator of IAM",
    ],
    [
      { Condition: { Bool: 1 } },
      "Statement[0].Condition.Bool is 1, where an object of condition keys is needed",
    ],
    [
      { Condition: { Bool: { a: {} } } },
      "Statement[0].Condition.Bool.a needs a text, a number, a truth value or a list of them",
    ],
  ] as const) {
    it(`says ${problems.join(", ")}`, () => {
      const fields = Object.entries({ ...one, ...change });
      const Statement = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
      const { findings } = checkDocument({ Version: "2012-10-17", Statement });
      assert.deepEqual(
        findings
          .filter(({ rule }) => rule === "readable-policy-document")
          .map(({ message }) => message),
        problems.map((each) => `cannot be analysed: ${each}`),
      );
    });
  }

  it("says nothing of what AWS accepts", () => {
    const on = { ...one, Resource: "arn:aws:s3:::a/*" };
    const accepted = [
      { ...on, Sid: "Public read", Principal: { AWS: ["*", "AIDAEXAMPLE", "123456789012"] } },
      { ...on, Resource: ["arn:*:s3:::a", "arn:${aws:a}:s3:::a", "arn:aws*:s3:::a", "*"] },
      {
        ...on,
        Condition: {
          Bool: { "aws:a": [true, "False"] },
          Null: { "aws:ResourceTag/my team": "true" },
          NumericLessThan: { "aws:a": [5, "-5", "5.5"] },
          DateLessThan: {
            "aws:a": ["2030", "2030-01", "2030-01-31", "2028-02-29T10:00Z", "1900000000", 0],
            "aws:b": ["2030-01-31T00:00:00+01:00", "2030-01-31T00:00:00.000Z"],
          },
          IpAddress: { "aws:a": ["10.1.2.3/8", "::1", "2001:db8::/32", "192.0.2.1"] },
          ArnLike: { "aws:a": ["*", "arn:*:s3:::a", "arn:aws-cn:s3:::a", "${aws:b}"] },
        },
      },
    ];
    for (const Statement of accepted) {
      assert.deepEqual(readDocument({ Version: "2012-10-17", Statement }).problems, []);
    }
  });

  it("says what stands where a document is needed", () => {
    const said = (document: unknown): string => checkDocument(document).findings[0]!.message;
    const needed = ", where an object with Version and Statement is needed";
    assert.equal(said(7), `cannot be analysed: it is 7${needed}`);
    assert.equal(said([one]), `cannot be analysed: it is a list${needed}`);
    assert.match(said("{"), /^cannot be analysed: it is not JSON: /);
    assert.equal(said({ Version: "2012-10-17" }), "cannot be analysed: it has no Statement");
    assert.equal(said({ Statement: [] }), "cannot be analysed: Statement is an empty list");
    assert.equal(
      said({ Version: "2020", Statement: [one] }),
      'cannot be analysed: Version is "2020"; allowed are 2012-10-17 and 2008-10-17',
    );
    assert.equal(
      said({ Statement: ["a"] }),
      'cannot be analysed: Statement[0] is "a", where an object is needed',
    );
    const twice = { ...one, Sid: "a" };
    assert.equal(
      said({ Statement: [twice, twice] }),
      'cannot be analysed: the Sid "a" appears twice',
    );
    const { findings } = checkDocument({ Statement: Array.from({ length: 25 }, () => "a") });
    assert.equal(findings.length, 21);
    assert.equal(findings.at(-1)!.message, "cannot be analysed: 5 more problems");
  });
});
