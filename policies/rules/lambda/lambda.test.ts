import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import type { Rule } from "../../rule";
import { outcomesOf, testResource, type TestResource } from "../../testing/outcomes";
import { environmentSecrets } from "./environment-secrets";
import { functionName } from "./functions";
import { functionUrlAuth } from "./function-url-auth";
import { provisionedConcurrencyReserved } from "./provisioned-concurrency-reserved";
import { provisionedConcurrencyVersion } from "./provisioned-concurrency-version";
import { deprecationDates, successorOf } from "./runtimes";
import { supportedRuntime, supportedRuntimeRule } from "./supported-runtime";
import { ALIAS, FUNCTION, FUNCTION_URL, PERMISSION, PROVISIONED_CONCURRENCY } from "./types";

const lambda = (props: Record<string, unknown> = {}): JudgedResource =>
  testResource({ type: FUNCTION, name: "classify", props: { name: "dogs", ...props } });
const alias = (functionVersion: unknown): JudgedResource =>
  testResource({
    type: ALIAS,
    name: "live",
    props: { name: "live", functionName: "dogs", functionVersion },
  });
const provisioned = (props = {}, rest: Partial<TestResource> = {}): JudgedResource =>
  testResource({
    type: PROVISIONED_CONCURRENCY,
    name: "warm",
    props: {
      functionName: "dogs",
      qualifier: "live",
      provisionedConcurrentExecutions: 10,
      ...props,
    },
    ...rest,
  });

const messages = (rule: Rule, resources: JudgedResource[], config: object = {}): string[] =>
  outcomesOf(rule, resources, config).map((outcome) =>
    "message" in outcome
      ? outcome.message
      : `unknown: ${outcome.resource?.name} ${outcome.unknown}`,
  );

describe("functionName", () => {
  it("reads names, ARNs and qualifiers", () => {
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:dogs";
    for (const each of ["dogs", "dogs:live", arn, `${arn}:3`, "123456789012:function:dogs"]) {
      assert.equal(functionName(each), "dogs");
    }
  });
});

describe("provisioned-concurrency-reserved", () => {
  const judged = (reserved: unknown, ...rest: JudgedResource[]): string[] =>
    messages(provisionedConcurrencyReserved, [
      lambda({ reservedConcurrentExecutions: reserved }),
      ...rest,
    ]);

  it("stops more than is reserved, all aliases and versions together", () => {
    assert.match(judged(5, provisioned())[0]!, /reserves 5 .* provisions 10 \(warm\)/);
    assert.match(judged(0, provisioned())[0]!, /reserves 0/);
    const arn = "arn:aws:lambda:eu-west-1:123456789012:function:dogs:3";
    const second = provisioned({ functionName: arn, qualifier: "3" }, { name: "second" });
    assert.match(judged(15, provisioned(), second)[0]!, /provisions 20 \(warm, second\)/);
    assert.deepEqual(judged(20, provisioned(), second), []);
  });

  it("passes what fits, and functions without a reservation", () => {
    for (const reserved of [10, -1, undefined, null]) {
      assert.deepEqual(judged(reserved, provisioned()), []);
    }
    assert.deepEqual(judged(5, provisioned({ functionName: "cats" })), []);
  });

  it("names what a preview does not know", () => {
    assert.deepEqual(judged(UNKNOWN, provisioned()), [
      "unknown: classify reservedConcurrentExecutions",
    ]);
    const amount = provisioned({ provisionedConcurrentExecutions: UNKNOWN });
    assert.deepEqual(judged(5, amount), ["unknown: warm provisionedConcurrentExecutions"]);
    const owner = provisioned({ functionName: UNKNOWN });
    assert.deepEqual(judged(5, owner), ["unknown: warm functionName"]);
  });

  it("follows a reference whose name a preview does not know", () => {
    const owner = lambda({ name: UNKNOWN, reservedConcurrentExecutions: 5 });
    const later = provisioned(
      { functionName: UNKNOWN },
      { propertyDependencies: { functionName: [owner] } },
    );
    assert.equal(messages(provisionedConcurrencyReserved, [owner, later]).length, 1);
  });
});

describe("provisioned-concurrency-version", () => {
  const judged = (...resources: JudgedResource[]): string[] =>
    messages(provisionedConcurrencyVersion, [lambda(), ...resources]);

  it("stops $LATEST, directly and through an alias", () => {
    assert.deepEqual(judged(provisioned({ qualifier: "$LATEST" })), ["warm provisions $LATEST."]);
    assert.match(judged(provisioned(), alias("$LATEST"))[0]!, /alias live, which points to/);
    const later = alias("$LATEST");
    const unknown = provisioned(
      { qualifier: UNKNOWN },
      { propertyDependencies: { qualifier: [later] } },
    );
    assert.equal(judged(unknown, later).length, 1);
  });

  it("passes versions and aliases of versions", () => {
    assert.deepEqual(judged(provisioned({ qualifier: "3" })), []);
    assert.deepEqual(judged(provisioned(), alias("3")), []);
  });

  it("names what a preview does not know", () => {
    assert.deepEqual(judged(provisioned({ qualifier: UNKNOWN })), ["unknown: warm qualifier"]);
    assert.deepEqual(judged(provisioned(), alias(UNKNOWN)), ["unknown: live functionVersion"]);
  });
});

describe("function-url-auth", () => {
  const url = (authorizationType: unknown): JudgedResource =>
    testResource({ type: FUNCTION_URL, name: "url", props: { authorizationType } });

  it("stops a URL for everybody, and the permission for it", () => {
    assert.match(messages(functionUrlAuth, [url("NONE")])[0]!, /Anybody can call the URL url/);
    const permission = testResource({
      type: PERMISSION,
      props: { principal: "*", functionUrlAuthType: "NONE" },
    });
    assert.equal(messages(functionUrlAuth, [permission]).length, 1);
  });

  it("passes AWS_IAM, and permissions that have nothing to do with a URL", () => {
    const permission = testResource({ type: PERMISSION, props: { principal: "s3.amazonaws.com" } });
    assert.deepEqual(messages(functionUrlAuth, [url("AWS_IAM"), permission]), []);
  });

  it("names what a preview does not know", () => {
    assert.deepEqual(messages(functionUrlAuth, [url(UNKNOWN)]), ["unknown: url authorizationType"]);
  });
});

describe("supported-runtime", () => {
  const on = (day: string): Rule => supportedRuntimeRule(() => new Date(day));

  it("stops a runtime from the day on that AWS deprecates it", () => {
    const node = [lambda({ runtime: "nodejs20.x" })];
    assert.deepEqual(messages(on("2026-04-29"), node), []);
    for (const day of ["2026-04-30", "2027-01-01"]) {
      assert.deepEqual(messages(on(day), node), [
        "classify runs on nodejs20.x, which AWS deprecated on 2026-04-30.",
      ]);
    }
    const [outcome] = outcomesOf(on("2027-01-01"), node);
    assert.deepEqual(outcome && "fix" in outcome && outcome.fix, 'runtime: "nodejs24.x",');
  });

  it("gives notice where it is asked to", () => {
    const node = [lambda({ runtime: "nodejs22.x" })];
    assert.deepEqual(messages(on("2027-04-01"), node), []);
    assert.match(messages(on("2027-04-01"), node, { noticeDays: 30 })[0]!, /will deprecate/);
  });

  it("passes container images and runtimes that are not in AWS's table", () => {
    const images = [lambda({ packageType: "Image" }), lambda({ runtime: "cobol1" })];
    assert.deepEqual(messages(on("2027-01-01"), images), []);
  });

  it("asks today's clock by default", () => {
    assert.equal(messages(supportedRuntime, [lambda({ runtime: "nodejs12.x" })]).length, 1);
  });

  it("knows a successor for each runtime, never an older one", () => {
    for (const [runtime, date] of Object.entries(deprecationDates)) {
      assert.match(date, /^\d{4}-\d{2}-\d{2}$/);
      const successor = successorOf(runtime);
      assert.ok(successor !== undefined && deprecationDates[successor]! >= date, runtime);
    }
  });

  it("names what a preview does not know", () => {
    const unknown = [lambda({ runtime: UNKNOWN })];
    assert.deepEqual(messages(on("2027-01-01"), unknown), ["unknown: classify runtime"]);
  });
});

describe("environment-secrets", () => {
  const withVariables = (variables: unknown): JudgedResource[] => [
    lambda({ environment: { variables } }),
  ];

  const secrets: Record<string, string> = {
    // Put together here, so that no scanner takes a test for a leak.
    KEY: ["AKIA", "IOSFODNN7EXAMPLE"].join(""),
    PEM: ["-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE"].join(""),
    GIT: ["ghp_", "a1B2".repeat(10)].join(""),
    DATABASE: "postgres://admin:hunter2@db.internal/dogs",
    DB_PASSWORD: "hunter2",
    apiKey: "k-1",
    SESSION: "q9Zr4Lw8Xk2Vt7Bn5Mc3Hd6Jf1Gs0PaYuTe",
    SALT: "3f786850e387550fdab836ed7e6dc881de23001b",
  };

  it("stops names and values of secrets, and never prints the value", () => {
    for (const [variable, value] of Object.entries(secrets)) {
      const found = outcomesOf(environmentSecrets, withVariables({ [variable]: value }));
      assert.equal(found.length, 1, variable);
      assert.ok(!JSON.stringify(found).includes(JSON.stringify(value).slice(1, -1)), variable);
    }
  });

  it("passes what only speaks of secrets, or is long without being one", () => {
    const clean = {
      ENDPOINT_NAME: "kennel-dev-main-27c012",
      API_KEY_SECRET_ARN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf",
      DB_PASSWORD: "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf",
      TOKEN_URL: "https://login.example.com/oauth2/token",
      TOKEN_TTL_SECONDS: "3600",
      SECRET_NAME: "dogs",
      PASSWORD_PARAMETER: "/dogs/password",
      MODEL_SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      BUCKET: "kennel-dev-data-123456789012-us-east-1",
      MESSAGE: "This Is A Long Sentence With Upper And Lower Case 1",
      COMPASS: "north",
      MONKEY: "banana",
      PASSWORD: "",
    };
    assert.deepEqual(messages(environmentSecrets, withVariables(clean)), []);
    assert.deepEqual(messages(environmentSecrets, [lambda()]), []);
    const allowed = { allowedNames: ["apiKey"] };
    assert.deepEqual(messages(environmentSecrets, withVariables({ apiKey: "k-1" }), allowed), []);
  });

  it("names what a preview does not know, and judges the rest", () => {
    const found = messages(environmentSecrets, withVariables({ ...secrets, OTHER: UNKNOWN }));
    assert.equal(found.length, Object.keys(secrets).length + 1);
    assert.ok(found.includes("unknown: classify environment.variables.OTHER"));
    assert.deepEqual(messages(environmentSecrets, withVariables(UNKNOWN)), [
      "unknown: classify environment.variables",
    ]);
  });
});
