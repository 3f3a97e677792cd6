import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
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

/** What the program and its images are made from, beside {@link LINKED}. */
const COPIED = [
  "infra",
  "cli",
  "containers",
  "functions",
  "policies",
  "samples",
  "training-scripts",
  "package.json",
  "package-lock.json",
  ".npmrc",
  "tsconfig.json",
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
  /** The CLI writes stack files beside Pulumi.yaml: it gets a folder of links to the repository instead of the repository. */
  private readonly project: string;

  private constructor(
    readonly provider: StandInProvider,
    private readonly directory: string,
    private readonly projectName: string,
  ) {
    this.project = join(directory, projectName);
  }

  /**
   * Starts the provider and makes an empty stack of the repository's program.
   *
   * @param copied makes the project a copy of the repository, {@link sources}, for a test that changes sources
   */
  static async start({ copied = false } = {}): Promise<Engine> {
    const directory = mkdtempSync(join(tmpdir(), "kennel-engine-"));
    mkdirSync(join(directory, "state"));
    const provider = await startStandInProvider(join(directory, "kennel"));
    const engine = new Engine(provider, directory, "kennel");
    if (copied) {
      copySources(engine.project);
    }
    await engine.makeStack(LINKED.filter((name) => !copied || !COPIED.includes(name)));
    return engine;
  }

  /**
   * Another program beside this one, with an empty stack in the same backend and the same stand-in for AWS.
   *
   * @param program its source; it finds the repository's `infra` folder beside it
   */
  async beside(name: string, program: string): Promise<Engine> {
    const other = new Engine(this.provider, this.directory, name);
    await other.makeStack(["tsconfig.json", "tsconfig.pulumi.json", "node_modules", "infra"]);
    other.write(program);
    return other;
  }

  /** Replaces the program of an engine that {@link beside} made. */
  write(program: string): void {
    writeFileSync(join(this.project, "main.ts"), program);
  }

  /** The folder that the program runs in. */
  get sources(): string {
    return this.project;
  }

  /** What the CLI needs in its environment to find the backend and the stand-in for AWS. */
  get environment(): Readonly<Record<string, string>> {
    return {
      PULUMI_BACKEND_URL: `file://${join(this.directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_HOME: join(this.directory, "home"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_DEBUG_PROVIDERS: this.provider.debugProviders,
      AWS_ENDPOINT_URL: this.provider.awsUrl,
      AWS_ACCESS_KEY_ID: "stand-in",
      AWS_SECRET_ACCESS_KEY: "stand-in",
    };
  }

  private async makeStack(linked: readonly string[]): Promise<void> {
    mkdirSync(this.project, { recursive: true });
    for (const entry of linked) {
      symlinkSync(join(projectRoot, entry), join(this.project, entry));
    }
    if (!linked.includes("Pulumi.yaml")) {
      const runtime = { name: "nodejs", options: { tsconfig: "tsconfig.pulumi.json" } };
      const file = { name: this.projectName, main: "main.ts", runtime };
      writeFileSync(join(this.project, "Pulumi.yaml"), stringify(file));
    }
    const made = await this.run("stack", "init", "test");
    if (made.code !== 0) {
      this.stop();
      throw new Error(`pulumi stack init failed:\n${made.output}`);
    }
  }

  /** Replaces the stack's configuration; keys of the program without their namespace. */
  configure(settings: Readonly<Record<string, unknown>>): void {
    const config = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`${this.projectName}:${key}`, value]),
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
  up(...options: readonly string[]): Promise<EngineAnswer> {
    return this.onStack("up", "--yes", "--skip-preview", ...options);
  }

  /** `pulumi preview --diff`, without the policy pack. */
  previewDiff(): Promise<EngineAnswer> {
    return this.onStack("preview", "--diff");
  }

  /** `pulumi config set --secret`; `path` below the program's namespace, such as `monitoring.webhooks[0]`. */
  setSecret(path: string, value: string): Promise<EngineAnswer> {
    return this.run(
      "config",
      "set",
      "--stack",
      "test",
      "--secret",
      "--path",
      `kennel:${path}`,
      value,
    );
  }

  /** `pulumi stack output`, without what is secret. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const { output } = await this.run("stack", "output", "--stack", "test", "--json");
    return JSON.parse(output) as Record<string, unknown>;
  }

  /** All that the backend keeps of all stacks: state, history and backups, as text. */
  backend(): string {
    const folder = join(this.directory, "state");
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((file) => join(folder, file))
      .filter((file) => statSync(file).isFile())
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
  }

  /** `pulumi refresh`. */
  refresh(): Promise<EngineAnswer> {
    return this.onStack("refresh", "--yes", "--skip-preview");
  }

  /** `pulumi refresh --preview-only`: how what exists differs from what was deployed. */
  previewRefresh(): Promise<EngineAnswer> {
    return this.onStack("refresh", "--preview-only", "--diff");
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
        env: { ...process.env, ...this.environment, NO_COLOR: "1" },
      });
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, output }));
    });
  }
}

function copySources(target: string): void {
  const made = /(^|\/)(node_modules|dist|fixtures|__pycache__|\.cache|\.venv)$/;
  for (const name of COPIED) {
    const filter = (source: string): boolean => !made.test(source);
    cpSync(join(projectRoot, name), join(target, name), { recursive: true, filter });
  }
}
