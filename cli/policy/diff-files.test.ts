import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";

import type { Certificate } from "../../policies/iam/certificate";
import type { Difference } from "../../policies/iam/diff";
import { REPOSITORY } from "../repository";
import type { StackDifference } from "./compare-stacks";
import { runHere } from "../testing/run-here";

const document = (Action: string, Resource = "*"): object => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource }],
});

describe("kennel policy diff", function () {
  this.timeout(60_000);

  let directory: string;
  before(() => (directory = mkdtempSync(path.join(os.tmpdir(), "kennel-diff-"))));
  after(() => rmSync(directory, { recursive: true }));

  const write = (name: string, contents: unknown): string => {
    const file = path.join(directory, name);
    writeFileSync(file, JSON.stringify(contents));
    return file;
  };

  it("prints what is newly allowed and ends with 1", async () => {
    const [older, newer] = [
      write("old.json", document("s3:GetObject", "arn:aws:s3:::a/x")),
      write("new.json", document("s3:GetObject", "arn:aws:s3:::*")),
    ];
    const run = await runHere("policy", "diff", older, newer, "--json");
    assert.equal(run.code, 1);
    const found = JSON.parse(run.stdout) as Difference;
    assert.equal(found.relation, "wider");
    assert.equal(found.newlyAllowed[0]!.action, "s3:GetObject");
    const back = await runHere("policy", "diff", newer, older);
    assert.equal(back.code, 0);
    assert.match(back.stdout, /narrower[^]*- s3:GetObject on arn:aws:s3:::/);
  });

  it("compares what roles hold within their boundaries", async () => {
    const held = (boundary: object): object => ({ documents: [document("*")], boundary });
    const [older, newer] = [
      write("before.json", held(document("s3:*"))),
      write("after.json", held(document("S3:*"))),
    ];
    const run = await runHere("policy", "diff", older, newer, "--json");
    assert.equal(run.code, 0);
    assert.equal((JSON.parse(run.stdout) as Difference).relation, "equal");
  });

  it("shows a verified certificate of why nothing more is allowed", async () => {
    const [wide, narrow] = [
      write("wide.json", document("s3:Get*")),
      write("narrow.json", document("s3:GetObject", "arn:aws:s3:::a/*")),
    ];
    const diff = async (...files: string[]): Promise<string> =>
      (await runHere("policy", "diff", ...files, "--certificate")).stdout;
    assert.match(
      await diff(wide, narrow),
      /certificate: 3 actions × 2 resources stand for all requests/,
    );
    const { certificate } = JSON.parse(await diff(wide, narrow, "--json")) as {
      certificate: Certificate;
    };
    assert.ok(certificate.actions.includes("s3:GetObject"));
    assert.match(await diff(narrow, wide), /wider[^]*no certificate: /);
    const role = write("role.json", { documents: [document("s3:*")] });
    assert.match(await diff(role, role), /equal[^]*no certificate: /);
  });

  it("compares templates by their own documents, and names a managed policy that is new", async () => {
    const template = (arn: string): object => ({
      Resources: {
        R: {
          Type: "AWS::IAM::Role",
          Properties: {
            ManagedPolicyArns: [`arn:aws:iam::aws:policy/${arn}`],
            Policies: [{ PolicyDocument: document("s3:GetObject", "arn:aws:s3:::a/*") }],
          },
        },
      },
    });
    const [older, newer] = [
      write("attached.json", template("ReadOnlyAccess")),
      write("more.json", template("AdministratorAccess")),
    ];
    const relation = async (right: string): Promise<string> =>
      (await runHere("policy", "diff", older, right)).stdout;
    assert.match(await relation(older), /^equal/);
    assert.match(await relation(newer), /^wider[^]*role R: wider/);
  });

  const trusts = (Principal: unknown): object => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }],
  });
  const service = trusts({ Service: "lambda.amazonaws.com" });

  it("compares holder by holder, and trust apart from permissions", async () => {
    const role = (policy: unknown, trust: unknown): object => ({
      Type: "AWS::IAM::Role",
      Properties: { AssumeRolePolicyDocument: trust, Policies: [{ PolicyDocument: policy }] },
    });
    const roles = (one: object, other: object): object => ({ Resources: { A: one, B: other } });
    const [s3, all] = [role(document("s3:*"), service), role(document("*"), service)];
    const diff = async (one: object, other: object): Promise<string> =>
      (
        await runHere(
          "policy",
          "diff",
          write("one.json", one),
          write("other.json", other),
          "--json",
        )
      ).stdout;
    const swapped = JSON.parse(await diff(roles(s3, all), roles(all, s3))) as StackDifference;
    assert.deepEqual(
      swapped.holders.map(({ holder, relation }) => [holder, relation]),
      [
        ["role A", "wider"],
        ["role B", "narrower"],
      ],
    );
    assert.equal(swapped.relation, "incomparable");
    const open = role(document("*"), trusts({ AWS: "*" }));
    assert.match(await diff(roles(all, all), roles(all, open)), /"holder":"trust of role B"/);
    assert.match(await diff(roles(all, s3), roles(all, s3)), /"relation":"equal"/);
    const parameter = (name: string): object =>
      role({ Statement: { Effect: "Deny", Action: "*", Resource: { Ref: name } } }, service);
    assert.match(await diff(roles(s3, parameter("P")), roles(s3, parameter("P"))), /"equal"/);
    assert.match(await diff(roles(s3, parameter("P")), roles(s3, parameter("Q"))), /"unknown"/);
  });

  it("refuses what it would pass over: a misspelt boundary, documents that do not apply together", async () => {
    const documents = [document("s3:*")];
    const misspelt = write("misspelt.json", { documents, permissionsBoundary: document("s3:*") });
    const run = await runHere("policy", "diff", misspelt, write("held.json", { documents }));
    assert.equal(run.code, 2);
    assert.match(run.stderr, /"permissionsBoundary"; allowed are documents and boundary/);
    const list = write("list.json", [document("*"), service]);
    const mixed = await runHere("policy", "diff", list, list);
    assert.match(mixed.stdout, /unknown[^]*with principals/);
    const template = write("template.json", { Resources: { B: { Type: "AWS::S3::Bucket" } } });
    assert.equal((await runHere("policy", "diff", template, list)).code, 2);
  });

  it("answers each JSON line by its id", async () => {
    const bin = path.join(REPOSITORY, "cli", "kennel.js");
    const child = spawn(process.execPath, [bin, "policy", "diff", "-", "--json"]);
    const pair = { old: document("constructor:*"), new: document("__proto__:*") };
    child.stdin.end(
      [
        JSON.stringify({ id: "same", old: pair.old, new: JSON.stringify(pair.old) }),
        JSON.stringify({ id: "other", ...pair }),
        "not a record",
        JSON.stringify({ id: "half", new: pair.new }),
      ].join("\n"),
    );
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
    const lines = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Difference & { id: unknown });
    assert.equal(code, 1);
    assert.deepEqual(
      lines.map(({ id, relation }) => [id, relation]),
      [
        ["same", "equal"],
        ["other", "incomparable"],
        [3, "unknown"],
        ["half", "unknown"],
      ],
    );
  });

  it("names a file that is not there, and ends with 2", async () => {
    const run = await runHere(
      "policy",
      "diff",
      path.join(directory, "none.json"),
      write("a.json", document("*")),
    );
    assert.equal(run.code, 2);
    assert.match(run.stderr, /can't read .*none\.json/);
  });
});
