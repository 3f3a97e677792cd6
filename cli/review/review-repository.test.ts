import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { CHROMIUM } from "../testing/browser";
import { REPOSITORY } from "../repository";
import { assertReadable } from "../testing/drawing";
import { runHere } from "../testing/run-here";
import { runKennel } from "../testing/run-kennel";
import { drawChange } from "../graph/draw-change";
import type { Side } from "./side";
import { reviewChange } from "./review-change";
import { sarifOf } from "./sarif";
import { evaluatedSide } from "./testing/seeds";

describe("kennel review", function () {
  this.timeout(240_000);

  it("evaluates both checkouts, and writes the comment, the findings and the picture", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "kennel-review-test-"));
    try {
      const files = ["comment.md", "findings.sarif"].map((name) => path.join(folder, name));
      const run = await runKennel(
        ...["review", "--base", "HEAD", "--stack", "prod", "--json"],
        ...["--markdown", files[0]!, "--sarif", files[1]!, "--graph", folder],
      );
      assert.equal(run.code, 0, run.stderr);
      const { reviews } = JSON.parse(run.stdout) as {
        reviews: { stack: string; verdict: string }[];
      };
      assert.deepEqual(
        reviews.map(({ stack, verdict }) => [stack, verdict]),
        [["prod", "pass"]],
      );
      assert.match(readFileSync(files[0]!, "utf8"), /^<!-- kennel review -->\n## Kennel review: /);
      assert.match(readFileSync(path.join(folder, "prod.svg"), "utf8"), /^<svg /);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("names a base that git does not know, and a stack that is on neither side", async () => {
    const base = await runHere("review", "--base", "nowhere");
    const stack = await runHere("review", "--base", "HEAD", "--stack", "nowhere");
    assert.deepEqual([base.code, stack.code], [2, 2]);
    assert.match(base.stderr, /does not know the commit "nowhere".*--base/);
    assert.match(stack.stderr, /no stack "nowhere" on either side.*Stacks: dev/);
  });

  it("reviews another team's project, an ES module, in a folder of its repository", async () => {
    const repository = mkdtempSync(path.join(os.tmpdir(), "kennel-review-test-"));
    const project = path.join(repository, "photos");
    const git = (...args: string[]) => execFileSync("git", ["-C", repository, ...args]);
    const program = (parts: string): string =>
      `import * as aws from "@pulumi/aws";\nexport const topic = new aws.sns.Topic("alerts", { ${parts} });\n`;
    try {
      mkdirSync(path.join(project, "parts"), { recursive: true });
      symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(repository, "node_modules"));
      const files = {
        "Pulumi.yaml": "name: photos\nruntime: nodejs\n",
        "Pulumi.dev.yaml": "config: { aws:region: eu-west-1 }\n",
        "package.json": '{ "type": "module" }',
        "index.ts": 'export { topic } from "./parts/topic.js";\n',
        "parts/topic.ts": program("tags: { from: import.meta.url.slice(0, 7) }"),
      };
      for (const [name, text] of Object.entries(files)) {
        writeFileSync(path.join(project, name), text);
      }
      git("init", "--quiet");
      git("add", "photos");
      git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "one");
      writeFileSync(path.join(project, "parts/topic.ts"), program('displayName: "Alerts"'));
      const run = await runHere("review", "--project", project, "--base", "HEAD");
      assert.equal(run.code, 0, run.stdout + run.stderr);
      assert.match(run.stdout, /Change: 1 updated\n +updated: aws:sns:Topic alerts/);
      assert.match(
        run.stdout,
        /tags: \{"from":"file:\/\/"\} → \(none\)\n +displayName: .*Alerts\n/,
      );
    } finally {
      rmSync(repository, { recursive: true });
    }
  });

  it("draws what is added and removed, and what the change costs and newly reaches", async () => {
    const before = await evaluatedSide();
    const after = await evaluatedSide(({ endpoints }) => {
      endpoints["second"] = { model: "samples/model" };
      delete endpoints["main"]!["function"];
    });
    const drawing = drawChange({ review: reviewChange(before, after), before, after });
    assert.match(drawing, /sagemaker Endpoint second: created/);
    assert.match(drawing, /lambda Function main: deleted/);
    assert.match(drawing, /\+40\.88 USD a month/);
    assert.match(drawing, /role second-execution reaches more/);
    if (CHROMIUM !== undefined) {
      await assertReadable(drawing);
    }
  });

  it("gives code scanning a place, a level and a fingerprint for each finding", async () => {
    const after: Side = {
      ...(await evaluatedSide()),
      findings: [
        {
          level: "mandatory",
          rule: "no-full-access",
          resource: "urn:pulumi:dev::k::a::b",
          message: "Too much.\n(fingerprint 0123abcd)",
        },
      ],
    };
    const { runs } = sarifOf([reviewChange(undefined, after)]) as {
      runs: { results: Record<string, unknown>[] }[];
    };
    const [result] = runs[0]!.results;
    assert.equal(result!["level"], "error");
    assert.match(JSON.stringify(result), /"uri":"Pulumi.dev.yaml".*0123abcd/);
  });
});
