import assert from "node:assert/strict";
import { explainManagedPolicy, isKnownManagedPolicy } from "./managed-policies";

describe("AWS managed policies", () => {
  for (const [arn, expected] of [
    ["arn:aws:iam::aws:policy/AmazonSageMakerFullAccess", /every action of .*sagemaker/],
    ["arn:aws-cn:iam::aws:policy/AmazonSageMakerFullAccess", /sagemaker/],
    ["arn:aws:iam::aws:policy/AdministratorAccess", /every action of \*/],
    ["arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole", /every action of glue/],
    ["arn:aws:iam::aws:policy/job-function/DataScientist", /more services/],
    ["arn:aws:iam::aws:policy/AWSLambdaExecute", /every action of logs/],
    ["arn:aws:iam::aws:policy/SecretsManagerReadWrite", /secretsmanager/],
    ["arn:aws:iam::aws:policy/SomethingNewFullAccess", /by its name/],
  ] as const) {
    it(`${arn} grants full access`, () => {
      const { message, fix } = explainManagedPolicy(arn)!;
      assert.match(message, expected);
      assert.match(fix, /"Effect": "Allow"/);
    });
  }

  for (const arn of [
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    "arn:aws:iam::123456789012:policy/AmazonS3FullAccess",
    "no ARN",
    ...["constructor", "toString", "__proto__", "hasOwnProperty"].map(
      (name) => `arn:aws:iam::aws:policy/${name}`,
    ),
  ]) {
    it(`${arn} does not`, () => {
      assert.equal(explainManagedPolicy(arn), undefined);
    });
  }

  it("are known by name", () => {
    assert.ok(isKnownManagedPolicy("arn:aws:iam::aws:policy/ReadOnlyAccess"));
    assert.ok(!isKnownManagedPolicy("arn:aws:iam::aws:policy/NoSuch"));
  });
});
