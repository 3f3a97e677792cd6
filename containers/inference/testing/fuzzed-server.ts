import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runBatch, type BatchResult, type Finding } from "./fuzzer";
import { writeModelDirectory } from "./model-files";
import { ServerProcess } from "./server-process";

const fixtures = join(__dirname, "../fixtures/photos");
const soundPhoto = "landscape.jpg";

/** Sound photos of every kind, for attacks to start from. */
export function fuzzPhotos(): Buffer[] {
  return readdirSync(fixtures)
    .sort()
    .map((name) => readFileSync(join(fixtures, name)));
}

/** The real server in a process of its own, that must serve a sound photo right after whatever was sent to it. */
export class FuzzedServer {
  private expected: string | undefined;
  private linesSeen = 0;

  private constructor(private readonly server: ServerProcess) {}

  static async start(): Promise<FuzzedServer> {
    const server = new ServerProcess({
      SM_MODEL_DIR: writeModelDirectory(),
      KENNEL_REQUEST_TIMEOUT_MS: "1000",
      KENNEL_MAX_PIXELS: "20000000",
      KENNEL_FETCH_PHOTOS: "true",
    });
    const fuzzed = new FuzzedServer(server);
    fuzzed.expected = await fuzzed.classifySound();
    return fuzzed;
  }

  /** The server's process. */
  get id(): number {
    return this.server.id;
  }

  /** Sends a batch and looks whether the server is as it was before. */
  async attack(photos: readonly Buffer[], seeds: readonly number[]): Promise<BatchResult> {
    const { findings, statuses } = await runBatch(await this.server.port(), photos, seeds);
    const problems = await this.problemsNow();
    const batch = { seed: seeds[0]!, attack: `batch of ${seeds.length}` };
    const after: Finding[] = problems.map((problem) => ({ ...batch, problem }));
    return { findings: [...findings, ...after], statuses };
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private async problemsNow(): Promise<string[]> {
    const problems: string[] = [];
    const answer = await this.classifySound().catch((error: unknown) => String(error));
    if (answer !== this.expected) problems.push(`a sound photo was answered ${answer}`);
    const ping = await fetch(await this.server.url("/ping"));
    if (ping.status !== 200) problems.push(`/ping answered ${ping.status}: ${await ping.text()}`);
    if (this.server.stderr !== "") problems.push(`the error output says ${this.server.stderr}`);
    const lines = this.server.logs.slice(this.linesSeen);
    this.linesSeen += lines.length;
    const errors = lines.filter(({ level }) => Number(level) >= 50);
    const warnings = lines.filter(({ msg }) => /crashed/.test(msg ?? ""));
    problems.push(...[...errors, ...warnings].map((line) => `it logged ${JSON.stringify(line)}`));
    return problems;
  }

  private async classifySound(): Promise<string> {
    const photo = readFileSync(join(fixtures, soundPhoto));
    const response = await this.server.classify(photo, { "content-type": "image/jpeg" });
    return `${response.status} ${await response.text()}`;
  }
}
