import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

import { projectRoot } from "../project-root";
import { startStandInProvider, type StandInProvider } from "./stand-in-provider";

/** What one `pulumi` command answered. */
export interface EngineAnswer {
  readonly code: number | null;
  /** Standard output and error, in the order in which they came. */
  readonly output: string;
}

/** What the language host looks for beside Pulumi.yaml. */
const LINKED = [
  "Pulumi.yaml",
  "package.json",
  "tsconfig.json",
  "tsconfig.pulumi.json",
  "node_modules",
  "infra",
];

/** Whether the Pulumi CLI is on PATH. */
export function hasPulumi(): boolean {
  return spawnSync("pulumi", ["version"]).status === 0;
}

/**
 * The Pulumi CLI with a file backend in a temporary folder and the stand-in provider in place of AWS.
 *
 * The repository's own Pulumi.yaml and program run unchanged; only the stack's configuration is the test's.
 */
export class Engine {
  private readonly directory = mkdtempSync(join(tmpdir(), "kennel-engine-"));
  /** The CLI writes stack files beside Pulumi.yaml: it gets a folder of links to the repository instead of the repository. */
  private readonly project = join(this.directory, "project");

  private constructor(readonly provider: StandInProvider) {}

  /** Starts the provider and makes an empty stack. */
  static async start(): Promise<Engine> {
    const engine = new Engine(await startStandInProvider());
    mkdirSync(join(engine.directory, "state"));
    mkdirSync(engine.project);
    for (const entry of LINKED) {
      symlinkSync(join(projectRoot, entry), join(engine.project, entry));
    }
    const made = await engine.run("stack", "init", "test");
    if (made.code !== 0) {
      await engine.stop();
      throw new Error(`pulumi stack init failed:\n${made.output}`);
    }
    return engine;
  }

  /** Replaces the stack's configuration; keys of the program without their namespace. */
  configure(settings: Readonly<Record<string, unknown>>): void {
    const config = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`kennel:${key}`, value]),
    );
    writeFileSync(
      join(this.project, "Pulumi.test.yaml"),
      stringify({ config: { "aws:region": "us-east-1", ...config } }),
    );
  }

  /** `pulumi preview`, judged by the repository's own policy pack with its configuration for dev. */
  preview(): Promise<EngineAnswer> {
    const pack = join(projectRoot, "policies");
    const configuration = join(pack, "config", "dev.json");
    return this.onStack("preview", "--policy-pack", pack, "--policy-pack-config", configuration);
  }

  /** `pulumi up`. */
  up(): Promise<EngineAnswer> {
    return this.onStack("up", "--yes", "--skip-preview");
  }

  /** `pulumi refresh`. */
  refresh(): Promise<EngineAnswer> {
    return this.onStack("refresh", "--yes", "--skip-preview");
  }

  /** `pulumi destroy`. */
  destroy(): Promise<EngineAnswer> {
    return this.onStack("destroy", "--yes", "--skip-preview");
  }

  /** Stops the provider and removes the backend. */
  stop(): void {
    this.provider.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private onStack(command: string, ...args: readonly string[]): Promise<EngineAnswer> {
    return this.run(command, "--stack", "test", "--non-interactive", ...args);
  }

  private run(...args: readonly string[]): Promise<EngineAnswer> {
    return new Promise((resolve, reject) => {
      const child = spawn("pulumi", [...args], {
        cwd: this.project,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          PULUMI_BACKEND_URL: `file://${join(this.directory, "state")}`,
          PULUMI_CONFIG_PASSPHRASE: "test",
          PULUMI_HOME: join(this.directory, "home"),
          PULUMI_SKIP_UPDATE_CHECK: "true",
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          PULUMI_DEBUG_PROVIDERS: this.provider.debugProviders,
          NO_COLOR: "1",
        },
      });
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, output }));
    });
  }
}
