import { readFileSync } from "node:fs";
import path from "node:path";

import { tunedNames } from "../../infra/components/training/tuning-ranges";
import { trainingSchema, type TrainingConfig } from "../../infra/schema/training";
import { UserError } from "../output/failure";
import { readStack } from "../preview/stack-file";
import { runPython } from "../python";
import { REPOSITORY } from "../repository";
import { currentCommit } from "./commit";
import { tellLine } from "./follow";
import { jsonView } from "./show-job";

/** What to train on this machine, and where. */
export interface LocalTraining {
  readonly kind: "training" | "tuning";
  readonly stack: string;
  /** Key under `kennel:training`. */
  readonly name: string;
  /** Folder of the photos. */
  readonly data: string;
  /** Where the model goes. */
  readonly modelDirectory: string;
  readonly json: boolean;
}

/** Where a search leaves its report and its trials. */
export function outputDirectory(name: string): string {
  return path.join("training-output", name);
}

/**
 * Trains with a stack's hyperparameters in this machine's Python environment.
 *
 * @returns the exit status of train.py or tune.py.
 */
export async function trainHere(training: LocalTraining): Promise<number> {
  const { kind, stack, name, data, modelDirectory, json } = training;
  const config = readTraining(stack, name);
  const commit = currentCommit();
  const { show } = jsonView();
  const status = await runPython(
    kind === "training" ? "train.py" : "tune.py",
    [
      ...["--data", data, "--model_dir", modelDirectory, "--output_dir", outputDirectory(name)],
      ...trainingOptions(kind, config),
    ],
    {
      environment: { ...(commit !== undefined && { KENNEL_COMMIT: commit }) },
      ...(json && { onLine: (line: string) => tellLine(line, show) }),
    },
  );
  if (status === 0) {
    tellModel(modelDirectory, json);
  }
  return status;
}

/** The options of train.py or tune.py that a job's configuration stands for. */
export function trainingOptions(
  kind: LocalTraining["kind"],
  { hyperparameters, tuning }: TrainingConfig,
): string[] {
  const given = Object.entries(hyperparameters).map(
    ([option, value]) => [option.replaceAll("-", "_"), String(value)] as const,
  );
  const own = kind === "training" ? given : given.filter(([option]) => !tunedNames.has(option));
  const search =
    kind === "training"
      ? []
      : [
          ["trials", String(tuning?.jobs ?? 4)],
          ["jobs", String(tuning?.parallelJobs ?? 1)],
        ];
  return [...own, ...search].flatMap(([option, value]) => [`--${option}`, value!]);
}

/** A job as the stack's file declares it, with its defaults. */
export function readTraining(stack: string, name: string): TrainingConfig {
  const text = readStack(REPOSITORY, stack).config["kennel:training"] ?? "";
  const jobs = (text === "" || text === "none" ? {} : JSON.parse(text)) as Record<string, unknown>;
  if (!Object.hasOwn(jobs, name)) {
    throw new UserError(
      `Pulumi.${stack}.yaml has no training job "${name}" under kennel:training. Its jobs: ${Object.keys(jobs).join(", ") || "none"}.`,
    );
  }
  const checked = trainingSchema.safeParse(jobs[name] ?? {});
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new UserError(
      `kennel:training.${[name, ...issue!.path].join(".")} of the stack ${stack}: ${issue!.message}. kennel preview names every mistake.`,
    );
  }
  return checked.data;
}

function tellModel(modelDirectory: string, json: boolean): void {
  if (json) {
    const text = readFileSync(path.join(modelDirectory, "metrics.json"), "utf8");
    const metrics = JSON.parse(text) as unknown;
    console.log(JSON.stringify({ event: "ended", modelDirectory, metrics }));
  } else {
    console.log(
      `Try it: npm start -- --model ${modelDirectory}\nServe it: kennel promote ENDPOINT --model ${modelDirectory}`,
    );
  }
}
