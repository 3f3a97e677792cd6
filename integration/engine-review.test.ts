import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { AccountReview } from "../cli/review/account";
import { useAutomation } from "../infra/testing/use-automation";
import { model, succeed } from "../infra/testing/use-engine";

describe("kennel review --with-account in Pulumi's engine", function () {
  this.timeout(300_000);

  const engine = useAutomation();

  const endpoint = (maxInstances: number): object => ({
    endpoints: {
      main: {
        model,
        serving: { mode: "realtime", instanceType: "ml.m5.large" },
        scaling: { minInstances: 1, maxInstances },
        function: {},
      },
    },
  });

  /** Exit code and document of the command in the engine's copy of the repository. */
  const review = (): Promise<{ code: number; account: AccountReview }> =>
    new Promise((resolve, reject) => {
      const what = ["--base", "HEAD", "--stack", "test", "--with-account", "--expect-no-drift"];
      execFile(
        process.execPath,
        ["cli/kennel.js", "review", ...what, "--json"],
        { cwd: engine.sources, env: { ...process.env, ...engine.environment } },
        (error, stdout, stderr) => {
          try {
            const { accounts } = JSON.parse(stdout) as { accounts: Record<string, AccountReview> };
            resolve({ code: Number(error?.code ?? 0), account: accounts["test"]! });
          } catch {
            reject(new Error(stderr || stdout));
          }
        },
      );
    });

  it("has no drift after an update, and says what the next one would do", async () => {
    engine.configure({ ...endpoint(2) });
    await succeed(engine.up());
    writeFileSync(join(engine.sources, ".gitignore"), "node_modules\n.cache\n");
    const git = (...args: readonly string[]): Buffer =>
      execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
        cwd: engine.sources,
      });
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message", "Deployed");
    engine.configure({ ...endpoint(3) });
    assert.deepEqual(await review(), {
      code: 0,
      account: { preview: ["update: aws:appautoscaling:Target main (maxCapacity)"], drift: [] },
    });
  });

  it("names what somebody changed and deleted by hand, and nothing else", async () => {
    const existing = engine.provider.existing as Map<string, Record<string, unknown>>;
    const keyOf = (type: string): string => [...existing.keys()].find((key) => key.includes(type))!;
    existing.get(keyOf("cloudwatch/logGroup:LogGroup"))!["retentionInDays"] = 1;
    existing.delete(keyOf("lambda/alias:Alias"));
    const { code, account } = await review();
    assert.equal(code, 1);
    assert.deepEqual([...account.drift].sort(), [
      "aws:cloudwatch:LogGroup main is different: retentionInDays",
      "aws:lambda:Alias main was deleted",
    ]);
  });
});
