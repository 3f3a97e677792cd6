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
import { parse, stringify } from "yaml";

import { projectRoot } from "../project-root";
import { startStandInProvider, type StandInProvider } from "./stand-in-provider";

/** What one `pulumi` command answered. */
export interface EngineAnswer {
  readonly code: number | null;
  /** Standard output and error, in the order in which they came. */
  readonly output: string;
}

/** The program, and what it and its images are made from. */
const SOURCES = [
  "Pulumi.yaml",
  "cli",
  "containers",
  "functions",
  "infra",
  "packages",
  "policies",
  "samples",
  "training-scripts",
  "package.json",
  "package-lock.json",
  ".npmrc",
  "tsconfig.json",
  "tsconfig.pulumi.json",
];

/** A resource as `pulumi stack export` shows it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly custom: boolean;
  readonly external?: boolean;
  /** Whether another one has taken its place and it is still to be deleted. */
  readonly delete?: boolean;
  readonly retainOnDelete?: boolean;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Whether the Pulumi CLI is on PATH. */
export function hasPulumi(): boolean {
  return spawnSync("pulumi", ["version"]).status === 0;
}

/** The program's settings in a stack file of the repository, for {@link Engine.configure}. */
export function shippedSettings(file: string): Record<string, unknown> {
  const { config } = parse(readFileSync(join(projectRoot, file), "utf8")) as {
    config: Record<string, unknown>;
  };
  const own = Object.entries(config).filter(([key]) => key.startsWith("kennel:"));
  return Object.fromEntries(own.map(([key, value]) => [key.slice("kennel:".length), value]));
}

/**
 * The Pulumi CLI with a file backend in a temporary folder and the stand-in provider in place of AWS.
 *
 * The repository's own Pulumi.yaml and program run unchanged, in a copy whose sources a test may change; only the stack's
 * configuration is the test's.
 */
export class Engine {
  /** What stands in for AWS, once the engine is started. */
  provider!: StandInProvider;
  private directory!: string;

  /** @param stack the stack's name */
  constructor(
    private readonly stack = "test",
    private readonly projectName = "kennel",
  ) {}

  /** Copies the sources, starts the provider and makes an empty stack. */
  async start(): Promise<void> {
    this.directory = mkdtempSync(join(tmpdir(), "kennel-engine-"));
    mkdirSync(join(this.directory, "state"));
    this.provider = await startStandInProvider(this.sources);
    const made = /(^|\/)(node_modules|dist|fixtures|__pycache__|\.cache|\.venv)$/;
    for (const name of SOURCES) {
      const filter = (source: string): boolean => !made.test(source);
      cpSync(join(projectRoot, name), join(this.sources, name), { recursive: true, filter });
    }
    await this.makeStack();
  }

  /**
   * Another program beside this one, with an empty stack in the same backend and the same stand-in for AWS.
   *
   * @param program its source; it finds the repository's `infra` folder beside it
   */
  async beside(name: string, program: string): Promise<Engine> {
    const other = new Engine(this.stack, name);
    other.directory = this.directory;
    other.provider = this.provider;
    mkdirSync(other.sources);
    for (const entry of ["tsconfig.json", "tsconfig.pulumi.json", "infra"]) {
      symlinkSync(join(this.sources, entry), join(other.sources, entry));
    }
    const runtime = { name: "nodejs", options: { tsconfig: "tsconfig.pulumi.json" } };
    const file = { name, main: "main.ts", runtime };
    writeFileSync(join(other.sources, "Pulumi.yaml"), stringify(file));
    other.write(program);
    await other.makeStack();
    return other;
  }

  /** Replaces the program of an engine that {@link beside} made. */
  write(program: string): void {
    writeFileSync(join(this.sources, "main.ts"), program);
  }

  /** The folder that the program runs in. */
  get sources(): string {
    return join(this.directory, this.projectName);
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

  private async makeStack(): Promise<void> {
    symlinkSync(join(projectRoot, "node_modules"), join(this.sources, "node_modules"));
    const made = await this.run("stack", "init", this.stack);
    if (made.code !== 0) {
      throw new Error(`pulumi stack init failed:\n${made.output}`);
    }
  }

  /** Replaces the stack's configuration; keys of the program without their namespace. */
  configure(settings: Readonly<Record<string, unknown>>): void {
    const config = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`${this.projectName}:${key}`, value]),
    );
    writeFileSync(
      join(this.sources, `Pulumi.${this.stack}.yaml`),
      stringify({ config: { "aws:region": "us-east-1", ...config } }),
    );
  }

  /** `pulumi preview`, checked by the repository's own policy pack with its configuration for dev. */
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
      this.stack,
      "--secret",
      "--path",
      `kennel:${path}`,
      value,
    );
  }

  /** `pulumi stack output`, without what is secret. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const { output } = await this.run("stack", "output", "--stack", this.stack, "--json");
    return JSON.parse(output) as Record<string, unknown>;
  }

  /** What the state says of the resources that the stack manages. */
  async state(): Promise<readonly StateResource[]> {
    return (await this.exported()).filter(
      ({ custom, external, type }) =>
        custom && external !== true && !type.startsWith("pulumi:providers:"),
    );
  }

  private async exported(): Promise<readonly StateResource[]> {
    const { output } = await this.run("stack", "export", "--stack", this.stack);
    const { deployment } = JSON.parse(output) as { deployment: { resources?: StateResource[] } };
    return deployment.resources ?? [];
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

  /** `pulumi state unprotect --all`. */
  unprotect(): Promise<EngineAnswer> {
    return this.run("state", "unprotect", "--all", "--yes", "--stack", this.stack);
  }

  /**
   * `pulumi import`, below a parent and with a provider that are in the state.
   *
   * @param parent the parent's type and name
   */
  async import(
    [type, name, id]: readonly [type: string, name: string, id: string],
    parent: readonly [type: string, name: string],
  ): Promise<EngineAnswer> {
    const all = await this.exported();
    const urn = ([of, called]: readonly [string, string]): string =>
      all.find((each) => each.type === of && each.urn.endsWith(`::${called}`))!.urn;
    const references = [
      ...["--provider", `aws=${urn(["pulumi:providers:aws", "aws"])}`],
      ...["--parent", `parent=${urn(parent)}`],
    ];
    const quiet = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false"];
    return this.onStack("import", type, name, id, ...references, ...quiet);
  }

  /** `pulumi destroy`, with the preview that refuses what is protected. */
  destroy(): Promise<EngineAnswer> {
    return this.onStack("destroy", "--yes");
  }

  /** Stops the provider and removes the backend, as far as they are there. */
  stop(): void {
    this.provider?.stop();
    if (this.directory !== undefined) {
      rmSync(this.directory, { recursive: true, force: true });
    }
  }

  private onStack(command: string, ...args: readonly string[]): Promise<EngineAnswer> {
    return this.run(command, "--stack", this.stack, "--non-interactive", ...args);
  }

  private run(...args: readonly string[]): Promise<EngineAnswer> {
    return new Promise((resolve, reject) => {
      const child = spawn("pulumi", [...args], {
        cwd: this.sources,
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
