/** How long a preview of the dev stack takes, offline and through Pulumi's engine, beside loading the SDKs alone. */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";

import { Engine, hasPulumi, shippedSettings } from "../../infra/testing/engine";
import { renderSpread, spread } from "../spread";
import { table } from "../table";

/** What any Pulumi program on AWS loads before its first line. */
const LOAD_THE_SDKS = "require('@pulumi/pulumi'); require('@pulumi/aws'); require('@pulumi/awsx')";

function node(...args: readonly string[]): void {
  const cwd = path.resolve(__dirname, "../..");
  execFileSync(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
  const rounds = Number(values.rounds);
  if (!(rounds >= 1)) throw new Error("--rounds is at least 1.");
  const engine = hasPulumi() ? new Engine() : undefined;
  const previews: Record<string, () => unknown> = {
    "loading the SDKs alone": () => node("--eval", LOAD_THE_SDKS),
    "kennel preview": () => node("cli/kennel.js", "preview", "--stack", "dev"),
  };
  if (engine !== undefined) {
    previews["pulumi preview --policy-pack"] = async () => {
      const { code, output } = await engine.preview();
      if (code !== 0) throw new Error(`pulumi preview failed:\n${output}`);
    };
  }
  try {
    await engine?.start();
    // The dev stack's own configuration; AWS is the stand-in provider.
    engine?.configure(shippedSettings("Pulumi.dev.yaml"));
    const seconds = Object.keys(previews).map((): number[] => []);
    // The first round only fills the file cache.
    for (let round = 0; round <= rounds; round += 1) {
      for (const [index, preview] of Object.values(previews).entries()) {
        const started = performance.now();
        await preview();
        if (round > 0) seconds[index]!.push((performance.now() - started) / 1000);
      }
    }
    const rows = Object.keys(previews).map((name, index) => [
      name,
      renderSpread(spread(seconds[index]!), 2),
      renderSpread(spread(seconds[index]!.map((each, round) => each / seconds[0]![round]!)), 2),
    ]);
    console.log(table([["", "seconds", "times the SDKs"], ...rows]));
  } finally {
    engine?.stop();
  }
  if (engine === undefined) {
    console.log("\nThe preview through the engine was left out: pulumi is not on PATH.");
  }
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
