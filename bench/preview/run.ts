/** How long a preview of the dev stack takes, offline and through Pulumi's engine, beside loading the SDKs alone. */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";

import { Engine, hasPulumi, shippedSettings } from "../../infra/testing/engine";
import { inTurn, printTable, spread } from "../measure";

const REPOSITORY = path.resolve(__dirname, "../..");
/** What any Pulumi program on AWS loads before its first line. */
const LOAD_THE_SDKS = "require('@pulumi/pulumi'); require('@pulumi/aws'); require('@pulumi/awsx')";
const EMPTY_PACK =
  "new (require('@pulumi/policy').PolicyPack)('empty', { policies: [{ name: 'none', description: 'None.', validateStack() {} }] })";

async function seconds(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function node(folder: string, ...args: readonly string[]): Promise<number> {
  const cwd = path.join(REPOSITORY, folder);
  return seconds(() =>
    execFileSync(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "pipe"] }),
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
  const rounds = Number(values.rounds);
  if (!(rounds >= 1)) throw new Error("--rounds is at least 1.");
  const engine = hasPulumi() ? new Engine() : undefined;
  const preview = async () => {
    const { code, output } = await engine!.preview();
    if (code !== 0) throw new Error(`pulumi preview failed:\n${output}`);
  };
  try {
    await engine?.start();
    // The dev stack's own configuration; AWS is the stand-in provider.
    engine?.configure(shippedSettings("Pulumi.dev.yaml"));
    const measured = await inTurn(rounds, {
      "loading the SDKs alone": () => node("", "--eval", LOAD_THE_SDKS),
      "`kennel preview`": () => node("", "cli/kennel.js", "preview", "--stack", "dev"),
      ...(engine && { "`pulumi preview --policy-pack`": () => seconds(preview) }),
      // A pack's server keeps its process until the engine ends it.
      "loading a pack without rules": () =>
        node("policies", "--eval", `${EMPTY_PACK}; process.exit()`),
      "loading the policy pack": () =>
        node("policies", "--eval", "require('./start.js'); process.exit()"),
    });
    const [sdks] = Object.values(measured);
    const rows = Object.entries(measured).map(([name, each]) => [
      name,
      spread(each, 2),
      spread(
        each.map((one, round) => one / sdks![round]!),
        2,
      ),
    ]);
    printTable("The dev stack", [["what", "seconds", "times the SDKs"], ...rows]);
  } finally {
    engine?.stop();
  }
  if (!engine) console.log("\nThe engine's preview was left out: pulumi is not on PATH.");
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
