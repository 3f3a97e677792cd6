import assert from "node:assert/strict";

import { SECRET_SIGNATURE, SIGNATURE_KEY } from "../../policies/resource";
import type { Finding } from "../preview/finding";
import type { RegisteredResource } from "../../infra/offline/registrations";
import { LONGEST_COMMENT, renderMarkdown } from "./markdown";
import { pageOf } from "./page";
import { reviewChange } from "./review-change";
import type { Side } from "./side";

const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const ROLE = "aws:iam/role:Role";

function resource(
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  more: Partial<RegisteredResource> = {},
): RegisteredResource {
  const options = { protect: false, retainOnDelete: false, deleteBeforeReplace: false };
  const lists = {
    ignoreChanges: [],
    additionalSecretOutputs: [],
    replaceOnChanges: [],
    aliases: [],
    deletedWith: "",
  };
  return {
    ...{ urn: `urn:pulumi:dev::kennel::${type}::${name}`, type, name, custom: true, parent: "" },
    ...{ inputs, outputs: { name, ...inputs }, dependencies: [], provider: "" },
    propertyDependencies: new Map(),
    options: { ...options, ...lists },
    ...more,
  };
}

function side(resources: readonly RegisteredResource[], findings: readonly Finding[] = []): Side {
  const names = { project: "kennel", stack: "dev", region: "us-east-1" };
  return { ...names, resources, findings, secrets: {} };
}

function rolePolicy(policy: unknown): RegisteredResource[] {
  return [
    resource(ROLE, "robot", { name: "robot" }),
    resource("aws:iam/rolePolicy:RolePolicy", "robot", { role: "robot", policy }),
  ];
}

function allow(Action: unknown, Resource: unknown = "*"): unknown {
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] };
}

describe("reviewing a change", () => {
  it("calls everything new where there is no base", () => {
    const review = reviewChange(undefined, side(rolePolicy(allow("s3:GetObject"))));
    assert.deepEqual(
      review.changes.map(({ kind }) => kind),
      ["created", "created"],
    );
    assert.equal(review.access.find(({ kind }) => kind === "identity")!.presence, "new");
  });

  it("names a value that is not known, and takes it for more access", () => {
    const [before, after] = ["arn:aws:s3:::mine/*", UNKNOWN_TEXT].map((each) =>
      side(rolePolicy(allow("s3:GetObject", each))),
    );
    const { access, unknown } = reviewChange(before, after);
    assert.equal(access[0]!.relation, "unknown");
    assert.match(access[0]!.unknown.join(), /Statement\[0\]\.Resource is not known/);
    assert.deepEqual(unknown, ["policy of RolePolicy robot"]);
  });

  it("names a value that is not known of a resource that is new", () => {
    const { unknown } = reviewChange(undefined, side(rolePolicy(UNKNOWN_TEXT)));
    assert.deepEqual(unknown, ["policy of RolePolicy robot"]);
  });

  it("can't tell what a managed policy of somebody else allows, nor what a lost boundary left out", () => {
    const attach = (policyArn: string): RegisteredResource[] => [
      ...rolePolicy(allow("s3:GetObject")),
      resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", {
        role: "robot",
        policyArn,
      }),
    ];
    const attached = reviewChange(
      side(rolePolicy(allow("s3:GetObject"))),
      side(attach("arn:aws:iam::123456789012:policy/theirs")),
    );
    assert.match(
      attached.access[0]!.unknown.join(),
      /123456789012:policy\/theirs allows is not known/,
    );
    const bounded = rolePolicy(allow("s3:GetObject")).map((each) =>
      each.type === ROLE
        ? { ...each, outputs: { ...each.outputs, permissionsBoundary: "arn:aws:iam::1:policy/b" } }
        : each,
    );
    const freed = reviewChange(side(bounded), side(rolePolicy(allow("s3:GetObject"))));
    assert.match(
      freed.access[0]!.unknown.join(),
      /boundary arn:aws:iam::1:policy\/b no longer applies/,
    );
  });

  it("shows no secret: neither a value, nor a request that a secret policy allows", () => {
    const secret = (value: unknown): unknown => ({ [SIGNATURE_KEY]: SECRET_SIGNATURE, value });
    const [before, after] = ["hunter2", "hunter3"].map((word) =>
      side([
        resource("aws:sns/topic:Topic", "t", { displayName: secret(word) }),
        resource("aws:lambda/function:Function", "f", { environment: { variables: { A: word } } }),
        ...rolePolicy(secret(JSON.stringify(allow("s3:GetObject", `arn:aws:s3:::${word}/*`)))),
      ]),
    );
    const review = reviewChange(before, after);
    const page = pageOf(review);
    assert.equal(review.changes.length, 3);
    for (const shown of [JSON.stringify(review), renderMarkdown([page], "head")]) {
      assert.doesNotMatch(shown, /hunter/);
    }
    assert.match(renderMarkdown([page], "head"), /the requests are not shown/);
  });

  it("follows aliases, and says what is protected or kept", () => {
    const queue = "aws:sqs/queue:Queue";
    const old = resource(queue, "old", { name: "jobs" });
    const alias = { name: "old", type: "", stack: "", project: "", parenturn: "", noparent: false };
    const renamed = resource(queue, "new", { name: "jobs" });
    const aliased = { ...renamed, options: { ...renamed.options, aliases: [alias] } };
    assert.equal(reviewChange(side([old]), side([aliased])).isQuiet, true);
    const consequencesOf = (options: Partial<RegisteredResource["options"]>): readonly string[] =>
      reviewChange(side([{ ...old, options: { ...old.options, ...options } }]), side([]))
        .changes[0]!.consequences;
    assert.match(consequencesOf({ protect: true }).join(), /^refused/);
    assert.match(consequencesOf({ retainOnDelete: true }).join(), /^kept/);
    assert.match(consequencesOf({}).join(), /^lost: its messages/);
  });

  it("says where it does not know whether a resource is replaced", () => {
    const [before, after] = ["a", "b"].map((value) =>
      side([resource("aws:rds/instance:Instance", "db", { engine: value })]),
    );
    assert.match(reviewChange(before, after).changes[0]!.consequences.join(), /may be replaced/);
  });

  it("takes a permission of a Lambda function for a part of the function's policy", () => {
    const permission = (inputs: object): RegisteredResource =>
      resource("aws:lambda/permission:Permission", "p", {
        ...{ action: "lambda:InvokeFunction", function: "f", principal: "s3.amazonaws.com" },
        ...inputs,
      });
    const { access } = reviewChange(
      side([permission({ sourceArn: "arn:aws:s3:::mine" })]),
      side([permission({})]),
    );
    assert.equal(access[0]!.relation, "wider");
  });

  describe("in a comment", () => {
    const finding = (number: number, level: Finding["level"]): Finding => ({
      ...{ level, rule: "required-tags", resource: `urn:pulumi:dev::kennel::t::r${number}` },
      message: `Resource ${number} has no tag @owner.\nAdd \`\`\`tags\`\`\`: ${"x".repeat(200)}`,
    });

    it("cuts 500 findings between two of them, keeps the mandatory ones, and every section's summary", () => {
      const found = Array.from({ length: 500 }, (_, index) =>
        finding(index, index === 499 ? "mandatory" : "advisory"),
      );
      const after = side(rolePolicy(allow("s3:*")), found);
      const text = renderMarkdown([pageOf(reviewChange(side([]), after))], "head");
      assert.ok(text.length <= LONGEST_COMMENT, String(text.length));
      assert.ok(text.length > LONGEST_COMMENT * 0.9, String(text.length));
      assert.match(text, /r499[\s\S]*r0[\s\S]*and \d+ more/);
      assert.equal(text.match(/<details/g)!.length, text.match(/<\/details>/g)!.length);
      assert.equal(text.match(/^ {2}`{3,}/gm)!.length % 2, 0);
      assert.match(text, /<summary>Access: 1 newly allowed/);
      assert.doesNotMatch(text, /^- .*[^\u200b]@owner/m);
    });

    it("stays short enough with 100 stacks", () => {
      const review = reviewChange(side([]), side(rolePolicy(allow("s3:*"))));
      const pages = Array.from({ length: 100 }, () => pageOf(review));
      assert.ok(renderMarkdown(pages, "head").length <= LONGEST_COMMENT);
    });

    it("has nothing to say where nothing changes, and tells new findings from old ones", () => {
      const same = side([], [finding(1, "advisory")]);
      assert.match(renderMarkdown([pageOf(reviewChange(same, same))], "head"), /nothing to say/);
      const { findings } = reviewChange(same, side([], [finding(2, "advisory")]));
      assert.deepEqual(
        [findings.added, findings.resolved].map((each) =>
          each.map(({ resource: urn }) => urn.slice(-2)),
        ),
        [["r2"], ["r1"]],
      );
    });
  });
});
