import assert from "node:assert/strict";
import fc from "fast-check";
import type { InvokeScope } from "./invoke";
import { checkDocument, type Verdict } from "./judge";
import { loadAllServices, serviceOf, services } from "./services";
import { UNKNOWN } from "./unknown";

const ENDPOINT = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint";
const INVOKE = "sagemaker:InvokeEndpoint";

type Parts = Readonly<Record<string, unknown>>;

const allow = (parts: Parts): Parts => ({ Effect: "Allow", Resource: "*", ...parts });
const deny = (parts: Parts): Parts => ({ Effect: "Deny", Resource: "*", ...parts });
const check = (...statements: Parts[]): Verdict =>
  checkDocument({ Version: "2012-10-17", Statement: statements });
const rulesOf = (checked: Verdict): string[] => checked.findings.map(({ rule }) => rule);

describe("full access", () => {
  const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];

  const full: Record<string, Parts[]> = {
    "every action of a service": [allow({ Action: "sagemaker:*" })],
    "another case": [allow({ Action: "SageMaker:*" })],
    "a list": [allow({ Action: ["s3:GetObject", "s3:*"] })],
    "a wildcard in the service": [allow({ Action: "sage*er:*" })],
    "a question mark in the service": [allow({ Action: "sagemake?:*" })],
    "a service by its first letter": [allow({ Action: "s*:*" })],
    "several stars": [allow({ Action: "sagemaker:**" })],
    "a question mark and a star": [allow({ Action: "sagemaker:?*" })],
    everything: [allow({ Action: "*" })],
    "everything of everything": [allow({ Action: "*:*" })],
    "a service that the data does not know": [allow({ Action: "newservice:*" })],
    "everything but a service": [allow({ Action: undefined, NotAction: "iam:*" })],
    "everything but one action": [allow({ Action: undefined, NotAction: "iam:PassRole" })],
    "every resource in a list": [allow({ Action: "s3:*", Resource: ["arn:aws:s3:::a", "*"] })],
    "every ARN of the service": [allow({ Action: "logs:*", Resource: "arn:aws:logs:*:*:*" })],
    "every ARN of one account": [
      allow({ Action: "sagemaker:*", Resource: "arn:aws:sagemaker:eu-west-1:123456789012:*" }),
    ],
    "every ARN of another partition": [
      allow({ Action: "sagemaker:*", Resource: "arn:aws-cn:sagemaker:*:*:*" }),
    ],
    "every bucket": [allow({ Action: "s3:*", Resource: "arn:aws:s3:::*" })],
    "every ARN": [allow({ Action: "s3:*", Resource: "arn:*" })],
    "the only type of resource that a service has": [
      allow({ Action: "secretsmanager:*", Resource: "arn:aws:secretsmanager:*:*:secret:*" }),
    ],
    "every resource but a few": [
      { Effect: "Allow", Action: "s3:*", NotResource: "arn:aws:s3:::private/*" },
    ],
    "a condition that holds always": [
      allow({ Action: "s3:*", Condition: { StringLike: { "aws:PrincipalArn": "*" } } }),
    ],
    "an empty condition": [allow({ Action: "s3:*", Condition: {} })],
    "every address": [
      allow({ Action: "s3:*", Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } } }),
    ],
    "one pattern for each letter": LETTERS.map((letter) => allow({ Action: `s3:${letter}*` })),
    "one pattern for each verb": [
      allow({
        Action: [
          ...new Set(
            [...serviceOf("sqs").actions.values()]
              .map((each) => each.name)
              .map((name) => `sqs:${/^[A-Z][a-z]+/.exec(name)![0]}*`),
          ),
        ],
      }),
      allow({ Action: "sqs:List*", Resource: "arn:aws:sqs:eu-west-1:123456789012:a" }),
    ],
    "everything but a few actions, and those": [
      allow({ Action: undefined, NotAction: ["s3:Get*", "s3:List*"] }),
      allow({ Action: ["s3:Get*", "s3:List*"] }),
      deny({
        Action: [...services()]
          .filter((service) => service !== "s3")
          .map((service) => `${service}:*`),
      }),
    ],
    "a Deny of something else": [allow({ Action: "s3:*" }), deny({ Action: "sqs:*" })],
    "a Deny of one resource": [
      allow({ Action: "s3:*" }),
      deny({ Action: "s3:*", Resource: "arn:aws:s3:::private/*" }),
    ],
    "a Deny under a condition": [
      allow({ Action: "s3:*" }),
      deny({ Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    ],
    "a Deny under a condition that nearly always holds": [
      allow({ Action: "s3:*" }),
      deny({ Action: "s3:*", Condition: { StringNotEquals: { "aws:PrincipalArn": "a" } } }),
    ],
    "a Deny of a service that is not all there is": [
      allow({ Action: "*" }),
      deny({ Action: "s3:*" }),
    ],
  };
  for (const [title, statements] of Object.entries(full)) {
    it(`is ${title}`, () => {
      const checked = check(...statements);
      assert.equal(checked.fullAccess, true);
      assert.ok(rulesOf(checked).includes("no-full-access"));
    });
  }

  const partial: Record<string, Parts[]> = {
    "one action": [allow({ Action: "s3:GetObject" })],
    "the actions of one verb": [allow({ Action: ["s3:Get*", "s3:List*"] })],
    "some of today's verbs": [
      allow({ Action: ["sqs:Add*", "sqs:Cancel*", "sqs:Change*", "sqs:Create*", "sqs:Delete*"] }),
    ],
    "all of today's actions by name": [
      allow({
        Action: [...serviceOf("sqs").actions.values()]
          .map((each) => each.name)
          .map((name) => `sqs:${name}`),
      }),
    ],
    "all of today's actions by their length": [
      allow({
        Action: [...serviceOf("sqs").actions.values()].map(
          ({ name }) => `sqs:${name[0]}${"?".repeat(name.length - 1)}`,
        ),
      }),
    ],
    "one bucket": [allow({ Action: "s3:*", Resource: ["arn:aws:s3:::a", "arn:aws:s3:::a/*"] })],
    "every object": [allow({ Action: "s3:*", Resource: "arn:aws:s3:::*/*" })],
    "one type of resource of many": [
      allow({ Action: "sagemaker:*", Resource: "arn:aws:sagemaker:*:*:endpoint/*" }),
    ],
    "everything on one resource": [allow({ Action: "*", Resource: "arn:aws:s3:::a" })],
    "a Deny alone": [deny({ Action: "*" })],
    "an Allow that a Deny cancels": [allow({ Action: "s3:*" }), deny({ Action: "s3:*" })],
    "an Allow that a Deny of everything cancels": [
      allow({ Action: "s3:*" }),
      deny({ Action: "*" }),
    ],
    "an Allow that a Deny in another spelling cancels": [
      allow({ Action: "s3:*" }),
      deny({ Action: "S?:?*" }),
    ],
    "an Allow that a Deny of everything else cancels": [
      allow({ Action: "*" }),
      deny({ Action: undefined, NotAction: "s3:GetObject" }),
    ],
    "a restricting condition": [
      allow({ Action: "s3:*", Condition: { StringEquals: { "aws:ResourceTag/team": "a" } } }),
    ],
    "everything but everything": [allow({ Action: undefined, NotAction: "*" })],
    "a key policy, whose star is the key": [
      allow({ Action: "kms:*", Principal: { AWS: "arn:aws:iam::123456789012:root" } }),
    ],
    "all verbs of a service on one resource": [
      allow({
        Action: LETTERS.map((letter) => `sqs:${letter}*`),
        Resource: "arn:aws:sqs:eu-west-1:123456789012:a",
      }),
    ],
    "all letters but one": LETTERS.slice(1).map((letter) => allow({ Action: `s3:${letter}*` })),
  };
  for (const [title, statements] of Object.entries(partial)) {
    it(`is not ${title}`, () => {
      const checked = check(...statements);
      assert.equal(checked.fullAccess, false);
      assert.ok(!rulesOf(checked).includes("no-full-access"));
    });
  }

  it("is nearly reached where a condition or a Deny of single actions is all that limits it", () => {
    const Condition = { Bool: { "aws:MultiFactorAuthPresent": "true" } };
    const conditional = check(allow({ Action: "s3:*", Condition }));
    assert.deepEqual(rulesOf(conditional), ["no-nearly-full-access"]);
    assert.match(
      conditional.findings[0]!.message,
      /only its condition limits it: Bool aws:MultiFa/,
    );
    assert.equal(conditional.findings[0]!.level, "advisory");
    const denied = check(allow({ Action: "s3:*" }), deny({ Action: "s3:DeleteBucket" }));
    assert.deepEqual(rulesOf(denied), ["no-nearly-full-access"]);
    assert.deepEqual(rulesOf(check(allow({ Action: "s3:*" }), deny({ Action: "s3:*" }))), []);
  });

  it("says which statement, which pattern, how many actions and what to write instead", () => {
    const { findings } = check(
      allow({ Sid: "Read", Action: "s3:GetObject" }),
      allow({ Sid: "Models", Action: ["sagemaker:*"] }),
    );
    const { message, fix } = findings.find(({ rule }) => rule === "no-full-access")!;
    assert.match(message, /^statement 2 \("Models"\) allows "sagemaker:\*"/);
    assert.match(
      message,
      /every action of sagemaker, on every resource \(4\d\d actions, such as (sagemaker:\w+, ){3}/,
    );
    assert.match(
      fix,
      /\{ "Effect": "Allow", "Action": "sagemaker:InvokeEndpoint", "Resource": "arn:/,
    );
  });
});

describe("the scope of invoking endpoints", () => {
  const scopes: [InvokeScope, ...string[]][] = [
    [
      "none",
      "arn:aws:s3:::a/*",
      `${ENDPOINT}-config/a`,
      "arn:aws:sagemaker:*:*:model/*",
      `${ENDPOINT}/`,
    ],
    [
      "exact",
      `${ENDPOINT}/kennel`,
      "arn:aws-us-gov:sagemaker:us-gov-west-1:123456789012:endpoint/a",
    ],
    [
      "same-name",
      "arn:aws:sagemaker:*:*:endpoint/kennel",
      "arn:*:sagemaker:eu-west-1:123456789012:endpoint/a",
    ],
    ["variable", `${ENDPOINT}/\${aws:PrincipalTag/team}`, `${ENDPOINT}/a-\${aws:username}`],
    [
      "prefix",
      `${ENDPOINT}/kennel-*`,
      `${ENDPOINT}/*-prod`,
      `${ENDPOINT}/kenne?`,
      `${ENDPOINT}/\${aws:username}-*`,
    ],
    [
      "unscoped",
      "*",
      `${ENDPOINT}/*`,
      `${ENDPOINT}/?*`,
      `${ENDPOINT}*`,
      "arn:aws:sagemaker:*",
      "arn:aws",
      "arn:aws:sagemaker",
      "arn:aws:sagemaker:eu-west-1",
      "arn:aws:sagemaker:eu-west-1:123456789012",
      "arn:aws:sagemaker:eu-west-1:*",
      "arn:*:sagemaker",
      "arn:aws:sage*",
      "arn:*:endpoint/*",
      "arn:aws:s*:*",
      "**",
      "arn:aws:sagemaker:*:*:e*/*",
      "ARN:AWS:SageMaker:*:*:endpoint/*",
    ],
  ];
  for (const [expected, ...resources] of scopes) {
    for (const resource of resources) {
      it(`${resource} is ${expected}`, () => {
        assert.equal(check(allow({ Action: INVOKE, Resource: resource })).invokeScope, expected);
      });
    }
  }

  for (const action of [
    "sagemaker:InvokeEndpointAsync",
    "sagemaker:InvokeEndpointWithResponseStream",
    "sagemaker:InvokeEndpointWithBidirectionalStream",
    "sagemaker:invokeendpoint",
    "sagemaker:Invoke*",
    "sagemaker:*Endpoint",
    "sagemaker:InvokeEndpoin?",
    "*",
  ]) {
    it(`holds for ${action}`, () => {
      assert.equal(check(allow({ Action: action })).invokeScope, "unscoped");
    });
  }

  it("holds for what NotAction leaves in", () => {
    assert.equal(check(allow({ NotAction: "iam:*" })).invokeScope, "unscoped");
    assert.equal(check(allow({ NotAction: "sagemaker:*" })).invokeScope, "none");
  });

  it("is everything where NotResource leaves endpoints in", () => {
    const all = (NotResource: unknown): Parts => ({ Effect: "Allow", Action: INVOKE, NotResource });
    assert.equal(check(all("arn:aws:sagemaker:*:*:domain/*")).invokeScope, "unscoped");
    assert.equal(check(all(`${ENDPOINT}/private`)).invokeScope, "unscoped");
    assert.equal(check(all("arn:aws:sagemaker:*:*:endpoint/*")).invokeScope, "none");
  });

  it("is what a Deny leaves", () => {
    const all = allow({ Action: "sagemaker:Invoke*" });
    assert.equal(check(all, deny({ Action: "sagemaker:*" })).invokeScope, "none");
    assert.equal(check(all, deny({ Action: INVOKE })).invokeScope, "unscoped");
    const others = { Effect: "Deny", Action: "*", NotResource: `${ENDPOINT}/kennel` };
    assert.equal(check(all, others).invokeScope, "exact");
    const one = allow({ Action: INVOKE, Resource: `${ENDPOINT}/a-*` });
    assert.equal(
      check(one, deny({ Action: INVOKE, Resource: `${ENDPOINT}/a*` })).invokeScope,
      "none",
    );
    assert.equal(
      check(one, deny({ Action: INVOKE, Resource: `${ENDPOINT}/a-b` })).invokeScope,
      "prefix",
    );
  });

  it("is nothing where the condition of the Deny always holds", () => {
    const all = allow({ Action: INVOKE });
    const under = (Condition: object): InvokeScope =>
      check(all, deny({ Action: INVOKE, Condition })).invokeScope;
    assert.equal(under({ Bool: { "aws:SecureTransport": ["true", "false"] } }), "none");
    assert.equal(under({ Bool: { "aws:SecureTransport": "false" } }), "unscoped");
    assert.equal(under({ NumericGreaterThan: { "aws:EpochTime": "0" } }), "none");
  });

  it("depends on the day for which a condition is judged", () => {
    const Condition = { DateGreaterThan: { "aws:CurrentTime": "2026-06-01T00:00:00Z" } };
    const document = {
      Version: "2012-10-17",
      Statement: allow({ Action: INVOKE, Condition }),
    };
    const on = (day: string): InvokeScope =>
      checkDocument(document, { now: Date.parse(day) }).invokeScope;
    assert.equal(on("2026-05-31T00:00:00Z"), "variable");
    assert.equal(on("2026-06-02T00:00:00Z"), "unscoped");
  });

  it("is the widest of all statements", () => {
    const resource = [`${ENDPOINT}/kennel`, `${ENDPOINT}/kennel-*`];
    assert.equal(check(allow({ Action: INVOKE, Resource: resource })).invokeScope, "prefix");
  });

  it("is known only at run time under a restricting condition", () => {
    const Condition = { StringEquals: { "aws:ResourceTag/team": "vision" } };
    assert.equal(check(allow({ Action: INVOKE, Condition })).invokeScope, "variable");
  });

  it("takes ${…} for text in a document of 2008", () => {
    const Statement = allow({ Action: INVOKE, Resource: `${ENDPOINT}/\${aws:username}` });
    assert.equal(checkDocument({ Version: "2008-10-17", Statement }).invokeScope, "none");
    assert.equal(checkDocument({ Version: "2012-10-17", Statement }).invokeScope, "variable");
  });

  it("is a finding where it is wider than the widest that is allowed", () => {
    const prefix = {
      Version: "2012-10-17",
      Statement: allow({ Action: INVOKE, Resource: `${ENDPOINT}/a*` }),
    };
    assert.deepEqual(rulesOf(checkDocument(prefix)), []);
    const options = { widestInvokeScope: "exact", endpointArn: `${ENDPOINT}/kennel` } as const;
    const { findings } = checkDocument(prefix, options);
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ["invoke-endpoint-scope"],
    );
    assert.ok(findings[0]!.fix.includes(`${ENDPOINT}/kennel`));
  });
});

describe("passing roles and escalation", () => {
  const PASS = "iam:PassRole";

  it("finds a permission to pass any role to anything", () => {
    for (const resource of [
      "*",
      "arn:aws:iam::*:role/*",
      "arn:aws:iam::123456789012:role/*",
      "arn:aws:iam::*",
    ]) {
      assert.equal(check(allow({ Action: PASS, Resource: resource })).passRoleStar, true, resource);
    }
    assert.equal(check(allow({ Action: "iam:*Role" })).passRoleStar, true);
  });

  it("passes one that names the roles or the service, or that is denied", () => {
    const role = "arn:aws:iam::123456789012:role/kennel-*";
    const Condition = { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } };
    assert.equal(check(allow({ Action: PASS, Resource: role })).passRoleStar, false);
    assert.equal(check(allow({ Action: PASS, Condition })).passRoleStar, false);
    assert.equal(check(allow({ Action: PASS }), deny({ Action: "iam:*" })).passRoleStar, false);
    assert.equal(check(allow({ Action: "iam:GetRole" })).passRoleStar, false);
  });

  it("finds permissions that are more together than alone", () => {
    const notebook = [
      "sagemaker:CreateNotebookInstance",
      "sagemaker:CreatePresignedNotebookInstanceUrl",
    ];
    const role = "arn:aws:iam::123456789012:role/kennel";
    assert.ok(
      rulesOf(check(allow({ Action: PASS }), allow({ Action: notebook }))).includes(
        "no-privilege-escalation",
      ),
    );
    const job = allow({ Action: "sagemaker:CreateTrainingJob" });
    assert.deepEqual(rulesOf(check(allow({ Action: PASS, Resource: role }), job)), []);
  });

  for (const action of [
    "iam:CreatePolicyVersion",
    "iam:AttachRolePolicy",
    "iam:CreateAccessKey",
    "sts:AssumeRole",
  ]) {
    it(`finds ${action} on everything`, () => {
      assert.deepEqual(rulesOf(check(allow({ Action: action }))), ["no-privilege-escalation"]);
    });
  }

  it("calls an administrator so", () => {
    assert.equal(check(allow({ Action: "*" })).adminLike, true);
    assert.equal(check(allow({ Action: "iam:*" })).adminLike, true);
    assert.equal(check(allow({ Action: "s3:*" })).adminLike, false);
    assert.equal(check(allow({ Action: "*" }), deny({ Action: "*" })).adminLike, false);
  });
});

describe("trust policies", () => {
  const trust = (Principal: unknown, Condition?: unknown): string[] =>
    rulesOf(
      check({
        Effect: "Allow",
        Principal,
        Action: "sts:AssumeRole",
        ...(Condition ? { Condition } : {}),
      }),
    );

  it("are open to anyone", () => {
    assert.deepEqual(trust("*"), ["role-trust-scope"]);
    assert.deepEqual(trust({ AWS: ["arn:aws:iam::1:root", "*"] }), ["role-trust-scope"]);
    assert.deepEqual(trust({ Federated: "cognito-identity.amazonaws.com" }), ["role-trust-scope"]);
  });

  it("say for whom a service acts", () => {
    assert.deepEqual(trust({ Service: "sagemaker.amazonaws.com" }), ["role-trust-source"]);
    const Condition = { StringEquals: { "AWS:SourceAccount": "123456789012" } };
    assert.deepEqual(trust({ Service: "sagemaker.amazonaws.com" }, Condition), []);
    assert.deepEqual(trust({ Service: ["lambda.amazonaws.com", "ec2.amazonaws.com"] }), []);
  });

  it("may name a principal", () => {
    assert.deepEqual(trust({ AWS: "arn:aws:iam::123456789012:root" }), []);
    assert.deepEqual(trust("*", { StringEquals: { "aws:PrincipalOrgID": "o-1" } }), []);
  });
});

describe("what cannot be analysed", () => {
  const good = allow({ Action: "s3:GetObject", Resource: "arn:aws:s3:::a/*" });
  const broken: Record<string, unknown> = {
    "no JSON": "{",
    "an empty text": "",
    "a byte order mark": `\uFEFF${JSON.stringify({ Version: "2012-10-17", Statement: [good] })}`,
    "a key twice": '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}',
    "a number": 7,
    null: null,
    undefined,
    "a list": [good],
    "a text in a text": JSON.stringify(JSON.stringify({ Statement: [good] })),
    "no statement": { Version: "2012-10-17" },
    "an empty list of statements": { Statement: [] },
    "a text for a statement": { Statement: "Allow" },
    "a nested list": { Statement: [[good]] },
    "another version": { Version: "2020-01-01", Statement: [good] },
    "an unknown key": { Statement: [good], Foo: 1 },
    "an unknown key in a statement": { Statement: [{ ...good, Actions: "s3:*" }] },
    "another spelling of a key": { statement: [good] },
    "an unknown effect": { Statement: [{ ...good, Effect: "Permit" }] },
    "an effect in lower case": { Statement: [{ ...good, Effect: "allow" }] },
    "no effect": { Statement: [{ ...good, Effect: undefined }] },
    "no action": { Statement: [{ ...good, Action: undefined }] },
    "no resource": { Statement: [{ ...good, Resource: undefined }] },
    "both action and NotAction": { Statement: [{ ...good, NotAction: "s3:*" }] },
    "an action that is a number": { Statement: [{ ...good, Action: 1 }] },
    "an empty list of actions": { Statement: [{ ...good, Action: [] }] },
    "an action without a service": { Statement: [{ ...good, Action: "GetObject" }] },
    "a resource that is an object": { Statement: [{ ...good, Resource: {} }] },
    "a resource that is not an ARN": { Statement: [{ ...good, Resource: "bucket/*" }] },
    "a resource with a blank": { Statement: [{ ...good, Resource: " *" }] },
    "a condition that is a text": { Statement: [{ ...good, Condition: "no" }] },
    "an unknown condition operator": {
      Statement: [{ ...good, Condition: { Equals: { a: "b" } } }],
    },
    "a Sid twice": {
      Statement: [
        { ...good, Sid: "a" },
        { ...good, Sid: "a" },
      ],
    },
  };
  for (const [title, document] of Object.entries(broken)) {
    it(`is ${title}`, () => {
      const checked = checkDocument(document);
      assert.equal(checked.analysable, false);
      assert.ok(checked.findings.some(({ level }) => level === "mandatory"));
    });
  }

  it("is judged by what can be read of it", () => {
    assert.equal(
      checkDocument({ statement: { effect: "allow", action: "s3:*", resource: "*" } }).fullAccess,
      true,
    );
    assert.equal(
      checkDocument({ Statement: [{ Effect: "Allow", Action: "s3:*" }] }).fullAccess,
      true,
    );
  });

  it("is not what is not known yet", () => {
    assert.equal(checkDocument(UNKNOWN).analysable, true);
    const { analysable, fullAccess } = check(
      allow({ Action: ["s3:*", UNKNOWN] }),
      deny({ Action: UNKNOWN }),
    );
    assert.deepEqual({ analysable, fullAccess }, { analysable: true, fullAccess: true });
  });

  it("counts most of many unknown keys", () => {
    const keys = Array.from({ length: 1_000 }, (_, index) => [`Key${index}`, 1] as const);
    const { findings } = check({ ...good, ...Object.fromEntries(keys) });
    assert.equal(findings.length, 21);
    assert.match(findings[20]!.message, /980 more problems/);
  });

  it("says a few of many problems", () => {
    const statements = Array.from({ length: 1000 }, () => ({ Effect: "no" }));
    assert.ok(checkDocument({ Statement: statements }).findings.length < 50);
  });
});

describe("a verdict", () => {
  before(loadAllServices);

  const action = fc.constantFrom(
    "s3:*",
    "s3:Get*",
    "sagemaker:InvokeEndpoint",
    "sagemaker:*",
    "*",
    "iam:PassRole",
    "s?:*",
    "ec2:Describe*",
  );
  const resource = fc.constantFrom(
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::a/*",
    `${ENDPOINT}/a`,
    `${ENDPOINT}/*`,
    `${ENDPOINT}/a*`,
    "arn:aws:iam::*:role/*",
  );
  const condition = fc.constantFrom(
    undefined,
    undefined,
    { StringLike: { "aws:PrincipalArn": "*" } },
    { StringEquals: { "aws:PrincipalTag/a": "b" } },
  );
  const statement = fc
    .record({
      Effect: fc.constantFrom("Allow", "Allow", "Deny"),
      actions: fc.uniqueArray(action, { minLength: 1, maxLength: 3 }),
      notAction: fc.boolean(),
      resources: fc.uniqueArray(resource, { minLength: 1, maxLength: 3 }),
      Condition: condition,
    })
    .map(({ Effect, actions, notAction, resources, Condition }) => ({
      Effect,
      [notAction ? "NotAction" : "Action"]: actions,
      Resource: resources,
      ...(Condition === undefined ? {} : { Condition }),
    }));
  const document = fc.array(statement, { minLength: 1, maxLength: 4 });

  const verdict = (statements: unknown): unknown => {
    const { fullAccess, adminLike, invokeScope, passRoleStar, analysable } = checkDocument({
      Version: "2012-10-17",
      Statement: statements,
    });
    return { fullAccess, adminLike, invokeScope, passRoleStar, analysable };
  };
  const mapActions = (map: (text: string) => string) => (statements: Parts[]) =>
    statements.map((each) =>
      Object.fromEntries(
        Object.entries(each).map(([key, value]) => [
          key,
          key.endsWith("Action") ? (value as string[]).map(map) : value,
        ]),
      ),
    );

  /** What makes no difference. */
  const changes: Readonly<Record<string, (statements: Parts[]) => unknown>> = {
    "the case of actions": mapActions((text) => text.toUpperCase()),
    "how stars are doubled": mapActions((text) => text.replaceAll("*", "***")),
    "the order of statements and of lists": (statements) =>
      statements.toReversed().map((each) => ({
        ...Object.fromEntries(Object.entries(each).toReversed()),
        Resource: (each["Resource"] as string[]).toReversed(),
      })),
    "whether a single value stands in a list": (statements) => {
      const bare = statements.map((each) =>
        Object.fromEntries(
          Object.entries(each).map(([key, value]) => [
            key,
            Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value,
          ]),
        ),
      );
      return bare.length === 1 ? bare[0] : bare;
    },
    "how a statement's actions are split over statements": (statements) =>
      statements.flatMap((each) =>
        Array.isArray(each["Action"])
          ? (each["Action"] as string[]).map((Action) => ({ ...each, Action }))
          : [each],
      ),
    repetition: (statements) => [...statements, ...statements],
  };
  it("does not depend on how a document is written", () => {
    fc.assert(
      fc.property(document, (statements) => {
        const expected = verdict(statements);
        for (const [title, change] of Object.entries(changes)) {
          assert.deepEqual(verdict(change(statements)), expected, title);
        }
      }),
      { numRuns: 100 },
    );
  }).timeout(60_000);

  it("is the same for the object and for its text", () => {
    fc.assert(
      fc.property(document, (statements) => {
        const value = { Version: "2012-10-17", Statement: statements };
        assert.deepEqual(checkDocument(JSON.stringify(value, undefined, 2)), checkDocument(value));
      }),
      { numRuns: 100 },
    );
  });

  it("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (value, text) => {
        for (const each of [
          value,
          text,
          { Statement: value },
          { Statement: [{ Effect: "Allow", Action: value, Resource: value, Condition: value }] },
          {
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "sns.amazonaws.com" },
                Action: "sqs:SendMessage",
                Condition: { StringEquals: value, [text]: { "aws:SourceAccount": value } },
              },
            ],
          },
        ]) {
          assert.equal(typeof checkDocument(each).analysable, "boolean");
        }
      }),
      { numRuns: 500 },
    );
  });

  // A union counts from ten actions on, and sns and sqs have more.
  it("agrees with every action tried one by one", () => {
    const literal = (patterns: string[], name: string): boolean =>
      patterns.some((pattern) =>
        new RegExp(
          `^${pattern.replace(/[*?]/g, (wildcard) => (wildcard === "*" ? ".*" : "."))}$`,
          "i",
        ).test(name),
      );
    const simple = fc.array(
      fc.record({
        Effect: fc.constantFrom("Allow", "Allow", "Deny"),
        Action: fc.uniqueArray(
          fc.constantFrom(
            "sqs:*",
            "sqs:Send*",
            "s?s:*",
            "*",
            "sns:*",
            "sns:Publish",
            "s*:*",
            "sq*:S*",
          ),
          { minLength: 1, maxLength: 3 },
        ),
        Resource: fc.constant("*"),
      }),
      { minLength: 1, maxLength: 4 },
    );
    const names = [...services()].flatMap((service) =>
      [...[...serviceOf(service).actions.values()].map((each) => each.name), "SomethingNew"].map(
        (name) => ({
          service,
          name: `${service}:${name}`,
        }),
      ),
    );
    fc.assert(
      fc.property(simple, (statements) => {
        const left = new Set(services());
        for (const { service, name } of names) {
          const by = (effect: string): boolean =>
            statements.some((each) => each.Effect === effect && literal(each.Action, name));
          if (left.has(service) && (!by("Allow") || by("Deny"))) {
            left.delete(service);
          }
        }
        assert.equal(check(...statements).fullAccess, left.size > 0);
      }),
      { numRuns: 25 },
    );
  }).timeout(60_000);

  it("is given of documents as large as AWS's largest, and larger ones may allow everything", () => {
    const many = <T>(count: number, make: (index: number) => T): T[] =>
      Array.from({ length: count }, (_, index) => make(index));
    const sizes: Record<string, readonly [most: number, (count: number) => Parts[]]> = {
      statements: [
        720,
        (count) => many(count, (index) => allow({ Action: `s3:GetObject${index}` })),
      ],
      wildcards: [2_000, (count) => [allow({ Action: many(count, (index) => `ec2:x${index}*`) })]],
      conditions: [
        1_000,
        (count) => [
          allow({
            Action: INVOKE,
            Condition: {
              StringEquals: Object.fromEntries(
                many(count, (index) => [`aws:PrincipalTag/${index}`, "a"] as const),
              ),
            },
          }),
        ],
      ],
      characters: [
        199_600,
        (count) => [allow({ Action: INVOKE, Resource: `${ENDPOINT}/${"x".repeat(count)}` })],
      ],
    };
    for (const [measure, [most, make]] of Object.entries(sizes)) {
      for (const [count, isRead] of [
        [most - 1, true],
        [most + 500, false],
      ] as const) {
        const document = { Version: "2012-10-17", Statement: make(count) };
        for (const given of [document, JSON.stringify(document, undefined, 2)]) {
          const { findings, fullAccess } = checkDocument(given);
          const [excess] = findings.filter(({ message }) => message.includes("it has more than"));
          assert.equal(excess === undefined, isRead, `${count} ${measure}`);
          assert.equal(excess?.message.includes(measure) ?? true, true, measure);
          assert.equal(fullAccess, !isRead, measure);
        }
      }
    }
  });

  it("says of a document that takes too many steps that it may allow everything", () => {
    const { findings, fullAccess } = check(
      allow({ Action: "*" }),
      ...Array.from({ length: 280 }, (_, index) =>
        deny({ Action: [`*${index}*:*`, `ec2:*x${index}*y*`] }),
      ),
    );
    assert.match(findings[0]!.message, /too complex to be decided/);
    assert.equal(fullAccess, true);
  });
});
