import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { TestEngine, UNKNOWN_STRING, type WireResource } from "../testing/engine";
import { rules } from "../rules";
import type { Exemption } from "./exemption";
import { Exemptions } from "./exemptions";
import { FILE_VARIABLE } from "./file";

const TODAY = "2026-06-15";
const ENDPOINT = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/";

describe("exemptions", () => {
  let folder: string;
  let file: string;
  const previous = process.env[FILE_VARIABLE];

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "exemptions-"));
    file = path.join(folder, "exemptions.json");
    process.env[FILE_VARIABLE] = file;
  });

  after(() => {
    rmSync(folder, { recursive: true });
    // An empty variable counts as none.
    process.env[FILE_VARIABLE] = previous ?? "";
  });

  const write = (content: unknown): void =>
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  const engine = (today = TODAY): TestEngine =>
    new TestEngine(
      rules,
      new Exemptions(
        rules.map(({ name }) => name),
        () => today,
      ),
    );

  const rolePolicy = (...statements: object[]): WireResource => ({
    type: "aws:iam/rolePolicy:RolePolicy",
    name: "invoke",
    urn: "urn:pulumi:dev::kennel::kennel:index:Classifier$aws:iam/rolePolicy:RolePolicy::invoke",
    properties: { role: "classify", policy: JSON.stringify({ Statement: statements }) },
  });
  const invoke = (name: string): object => ({
    Effect: "Allow",
    Action: "sagemaker:InvokeEndpoint",
    Resource: `${ENDPOINT}${name}`,
  });
  const open = rolePolicy(invoke("*"));

  /** The fingerprint of the only finding. */
  const fingerprintIn = (findings: readonly string[]): string => {
    assert.equal(findings.length, 1);
    return /\(fingerprint ([0-9a-f]{12})\)$/.exec(findings[0]!)![1]!;
  };
  const fingerprintOf = async (resource: WireResource): Promise<string> => {
    write([]);
    return fingerprintIn(await engine().analyze(resource));
  };
  const exemption = (fingerprint: string, changes: Partial<Exemption> = {}): Exemption => ({
    rule: "invoke-endpoint-scope",
    resource: "aws:iam/rolePolicy:RolePolicy::invoke",
    fingerprint,
    reason: "The load test calls every endpoint.",
    owner: "vision",
    expires: "2026-12-31",
    ...changes,
  });

  it("silence the finding whose fingerprint they name, and count as used", async () => {
    write([exemption(await fingerprintOf(open))]);
    const run = engine();
    assert.deepEqual(await run.analyze(open), []);
    assert.deepEqual(await run.analyzeStack(open), []);
  });

  it("name resources by patterns, their parents' types or the URN", async () => {
    const fingerprint = await fingerprintOf(open);
    for (const resource of [
      "*",
      "aws:iam/*::inv?ke",
      "kennel:index:Classifier$aws:iam/rolePolicy:RolePolicy::invoke",
      open.urn!,
      "urn:pulumi:*::invoke",
    ]) {
      write([exemption(fingerprint, { resource })]);
      assert.deepEqual(await engine().analyze(open), [], resource);
    }
  });

  it("do not silence a wider policy: it has another fingerprint", async () => {
    const first = await fingerprintOf(open);
    const widened = [
      rolePolicy({ ...invoke("*"), Resource: "*" }),
      rolePolicy({ ...invoke("*"), Action: ["sagemaker:InvokeEndpoint*"] }),
      rolePolicy({ ...invoke("*"), Action: "sagemaker:*" }),
    ];
    for (const resource of widened) {
      write([exemption(first)]);
      const run = engine();
      assert.notDeepEqual(await run.analyze(resource), []);
      const [stale] = await run.analyzeStack(resource);
      assert.match(
        stale!,
        /^advisory stale-exemptions: [^]*what invoke-endpoint-scope finds in \S+ has changed \(now/,
      );
    }
  });

  it("outlast another place of the statement in its document", async () => {
    write([exemption(await fingerprintOf(open))]);
    assert.deepEqual(await engine().analyze(rolePolicy(invoke("kennel"), invoke("*"))), []);
  });

  it("silence no other rule and no other resource", async () => {
    const fingerprint = await fingerprintOf(open);
    for (const changes of [{ rule: "no-full-access" }, { resource: "*::other" }]) {
      write([exemption(fingerprint, changes)]);
      assert.equal((await engine().analyze(open)).length, 1);
    }
  });

  it("silence what is found over the whole stack", async () => {
    const bucket: WireResource = { type: "aws:s3/bucket:Bucket", name: "photos", properties: {} };
    write([]);
    const found = (await engine().analyzeStack(bucket)).find((each) =>
      each.includes("bucket-versioning"),
    );
    const fingerprint = fingerprintIn([found!]);
    write([exemption(fingerprint, { rule: "bucket-versioning", resource: "*::photos" })]);
    const left = await engine().analyzeStack(bucket);
    assert.ok(left.length > 0);
    assert.ok(!left.some((each) => /bucket-versioning|stale/.test(each)));
  });

  it("keep a resource from being repaired", async () => {
    const notebook: WireResource = {
      type: "aws:sagemaker/notebookInstance:NotebookInstance",
      name: "lab",
      properties: {
        directInternetAccess: "Enabled",
        rootAccess: "Disabled",
        subnetId: "subnet-0123456789abcdef0",
      },
    };
    write([]);
    const rule = "notebook-no-direct-internet";
    assert.deepEqual(Object.keys(await engine().remediate(notebook)), [rule]);
    const found = (await engine().analyze(notebook)).filter((each) => each.includes(rule));
    write([exemption(fingerprintIn(found), { rule, resource: "*::lab" })]);
    assert.deepEqual(await engine().remediate(notebook), {});
  });

  it("count until the end of their last day, and are named after it", async () => {
    write([exemption(await fingerprintOf(open), { expires: TODAY })]);
    assert.deepEqual(await engine().analyze(open), []);
    const late = engine("2026-06-16");
    assert.equal((await late.analyze(open)).length, 1);
    const [stale] = await late.analyzeStack(open);
    assert.match(
      stale!,
      /stale-exemptions: [^]*exemptions\.json, entry 1 \(invoke-endpoint-scope\) expired on 2026-06-15/,
    );
  });

  it("are named where they exempt nothing, with what may have happened", async () => {
    const closed = rolePolicy(invoke("kennel"));
    const fingerprint = await fingerprintOf(open);
    const why = async (entry: Exemption, resource: WireResource): Promise<string> => {
      write([entry]);
      const run = engine();
      await run.analyze(resource);
      const stale = await run.analyzeStack(resource);
      assert.equal(stale.length, 1);
      return stale[0]!;
    };
    assert.match(await why(exemption(fingerprint), closed), /finds nothing in \S+\. Delete/);
    assert.match(
      await why(exemption(fingerprint, { resource: "*::elsewhere" }), open),
      /is one of aws:iam\/rolePolicy:RolePolicy::invoke, which "\*::elsewhere" does not match/,
    );
  });

  it("are not called unused where they are for another stack or the value is not known yet", async () => {
    const unknown = { ...open, properties: { role: "classify", policy: UNKNOWN_STRING } };
    const fingerprint = await fingerprintOf(open);
    const stale = async (entry: Exemption, resource: WireResource): Promise<string[]> => {
      write([entry]);
      const found = await engine().analyzeStack(resource);
      return found.filter((each) => each.includes("stale-exemptions"));
    };
    const elsewhere = exemption(fingerprint, { resource: "urn:pulumi:prod::*::invoke" });
    assert.deepEqual(await stale(elsewhere, rolePolicy(invoke("kennel"))), []);
    assert.deepEqual(await stale(exemption(fingerprint), unknown), []);
  });

  const fine = exemption("0123456789ab");
  for (const [what, content, expected] of [
    ["no JSON", "[{]", /exemptions\.json cannot be read: .*No exemption counts/],
    ["no list", { rule: "no-full-access" }, /exemptions\.json is not a list of exemptions/],
    [
      "an entry that is not an object",
      ["no-full-access"],
      /entry 1 is "no-full-access", not an object/,
    ],
    [
      "an unknown rule",
      [{ ...fine, rule: "invoke-endpoint-scop" }],
      /entry 1 .*names the rule "invoke-endpoint-scop", which does not exist \(did you mean "invoke-endpoint-scope"\?\)/,
    ],
    ["a missing field", [{ ...fine, owner: undefined }], /entry 1 .* has no owner/],
    ["an empty reason", [{ ...fine, reason: "  " }], /entry 1 .* has an empty reason/],
    [
      "a date that is none",
      [{ ...fine, expires: "2027-02-30" }],
      /"2027-02-30", which is not a date/,
    ],
    [
      "a date of another form",
      [{ ...fine, expires: "31.1.2027" }],
      /"31.1.2027", which is not a date/,
    ],
    ["a number", [{ ...fine, fingerprint: 12 }], /has 12 for its fingerprint, not a text/],
    ["a fingerprint of another form", [{ ...fine, fingerprint: "abc" }], /12 hexadecimal digits/],
    [
      "a misspelt field",
      [{ ...fine, expiry: "2027-01-31" }],
      /unknown field "expiry" \(did you mean "expires"\?\)/,
    ],
  ] as const) {
    it(`stop the deployment where the file has ${what}`, async () => {
      write(content);
      const found = await engine().analyzeStack();
      assert.equal(found.length, 1);
      assert.ok(found[0]!.startsWith("mandatory exemptions: "));
      assert.match(found[0]!, expected);
      assert.ok(found[0]!.includes(file));
    });
  }

  it("of one entry count though another cannot be read", async () => {
    write([{ rule: "no-full-access" }, exemption(await fingerprintOf(open))]);
    assert.deepEqual(await engine().analyze(open), []);
  });

  it("come from the configured file rather than from the environment's, and it must exist", () => {
    write([fine]);
    const exemptions = new Exemptions([fine.rule]);
    assert.equal(exemptions.file.entries.length, 1);
    exemptions.readFrom("nowhere.json");
    assert.match(exemptions.file.problems[0]!, /policies.nowhere\.json does not exist/);
  });
});

describe("the exemptions of this repository", () => {
  it("can be read", () => {
    const names = rules.map(({ name }) => name);
    const exemptions = new Exemptions(names);
    exemptions.readFrom("exemptions.json");
    assert.deepEqual(exemptions.file.problems, []);
  });
});
