import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

import { PYTHON } from "../../../scripts/python-environment";
import { endProgram, readLines, startOther } from "../../child-processes";

const STARTER = path.join(__dirname, "..", "job_process.py");

/** What the training image has. Source: containers/training. */
const COMMANDS = ["train", "tune"];

/** Between SIGTERM and SIGKILL. Source: SageMaker developer guide, "StopTrainingJob". */
const SECONDS_TO_STOP = 120;

/** One instance of a job. */
export class JobProcess {
  /** The exit status, 128 and more after a signal. */
  readonly ended: Promise<number>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = once(child, "close").then(([code]) => (code as number | null) ?? 128);
  }

  /**
   * @param scripts the folder of train.py and tune.py
   * @param command the container's entry point and its arguments: `train` or `tune` first
   * @param environment what the container adds to that of the machine
   * @throws Error where the training image has no such command
   */
  static start(
    scripts: string,
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
    onLine: (line: string) => void,
  ): JobProcess {
    const [name = "train", ...args] = command;
    const script = path.join(scripts, `${path.basename(name)}.py`);
    if (!COMMANDS.includes(path.basename(name))) {
      throw new Error(
        `exec: "${name}": executable file not found in $PATH. The sandbox runs Kennel's training image, which has train and tune.`,
      );
    }
    const child = startOther(PYTHON, [STARTER, script, ...args], {
      env: { ...machineEnvironment(), PYTHONUNBUFFERED: "1", ...environment },
    });
    readLines(child, onLine);
    return new JobProcess(child);
  }

  /**
   * SIGTERM, and SIGKILL where that is not followed.
   *
   * @param seconds between the two
   */
  stop(seconds = SECONDS_TO_STOP): Promise<void> {
    return endProgram(this.child, "SIGTERM", seconds);
  }
}

/** Nothing of a job that this machine itself may be. */
function machineEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(SM_|SAGEMAKER_|AWS_)/.test(name)),
  );
}
