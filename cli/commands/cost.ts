import { type Command, Option } from "commander";

import { HOURS } from "../cost/hours";
import type * as tables from "../cost/price-tables";
import type * as refreshing from "../cost/refresh-prices";
import type * as reporting from "../cost/report";
import type * as serving from "../cost/serving-cost";
import type * as stacks from "../cost/stack-cost";
import type * as training from "../cost/training-cost";
import { Progress } from "../output/progress";
import type * as stackFiles from "../preview/stack-file";
import { REPOSITORY, SAMPLE_MODEL } from "../repository";
import { loadWhenNeeded } from "./load-when-needed";
import { positive, whole } from "./numbers";

const EXAMPLES = `
Examples:
  kennel cost train --deadline 20            # the cheapest instance that trains on the dog photos within 20 minutes
  kennel cost serve --model models/dogs      # dollars for a million photos, from this model's rate on this machine
  kennel cost stack --stack prod             # a month of a stack, at rest and at most
  kennel cost prices --refresh --region eu-central-1`;

/** `kennel cost`: what training, serving and a whole stack cost. */
export function addCostCommand(program: Command): void {
  const cost = program
    .command("cost")
    .description("Show what training, serving or a whole stack costs.")
    .addHelpText("after", EXAMPLES);
  const withCommon = (command: Command): Command =>
    command
      .option("--region <name>", "the region whose prices are used", "us-east-1")
      .option("--json", "print one JSON document");
  withCommon(
    cost
      .command("train")
      .description("Compare instances for a training job: time, dollars and the best value.")
      .option(
        "--training-photos <number>",
        "photos in train/ (default: the dog photos' 6,680)",
        whole,
      )
      .option("--validation-photos <number>", "photos in valid/ (default: 835)", whole)
      .option("--test-photos <number>", "photos in test/ (default: 836)", whole)
      .option(
        "--passes <number>",
        "passes through the whole network: its epochs with --unfreeze",
        positive,
        1,
      )
      .option("--deadline <minutes>", "show only what finishes within this time", positive)
      .option("--budget <dollars>", "show only what costs no more than this", positive),
  ).action(train);
  withCommon(
    cost
      .command("serve")
      .description(
        "Measure a model's rate here, and show what a million photos cost on each instance type.",
      )
      .addOption(
        new Option("--model <folder>", "the model directory").default(
          SAMPLE_MODEL,
          "samples/model",
        ),
      )
      .option("--photo <file...>", "photos to measure with (default: the samples)")
      .option("--seconds <number>", "how long to measure", positive, 5),
  ).action(serve);
  cost
    .command("stack")
    .description("Add up what a stack costs in a month.")
    .option("-s, --stack <name>", "the stack whose Pulumi.<name>.yaml is read", "dev")
    .option("--config-file <file>", "a stack configuration file anywhere, instead of --stack")
    .option("--json", "print one JSON document")
    .action(stack);
  withCommon(
    cost
      .command("prices")
      .description("Show the prices that are used, or get today's from AWS (needs credentials).")
      .option("--refresh", "ask AWS's Price List API for this region, and keep the answer"),
  ).action(prices);
}

interface Common {
  readonly region: string;
  readonly json?: boolean;
}

function print(isJson: boolean | undefined, document: () => unknown, text: () => string): void {
  console.log(isJson === true ? JSON.stringify(document(), null, 2) : text());
}

interface TrainOptions extends Common {
  readonly trainingPhotos?: number;
  readonly validationPhotos?: number;
  readonly testPhotos?: number;
  readonly passes: number;
  readonly deadline?: number;
  readonly budget?: number;
}

function train(options: TrainOptions): void {
  const { bestValue, measuredPhotos, trainingCosts } =
    loadWhenNeeded<typeof training>("cost/training-cost");
  const { currentPrices } = loadWhenNeeded<typeof tables>("cost/price-tables");
  const { renderTraining } = loadWhenNeeded<typeof reporting>("cost/report");
  const photos = {
    training: options.trainingPhotos ?? measuredPhotos.training,
    validation: options.validationPhotos ?? measuredPhotos.validation,
    test: options.testPhotos ?? measuredPhotos.test,
  };
  const plan = { photos, passes: options.passes, region: options.region };
  const costs = trainingCosts(plan, currentPrices());
  const best = bestValue(costs, {
    deadlineSeconds: options.deadline === undefined ? undefined : options.deadline * 60,
    budgetDollars: options.budget,
  });
  print(
    options.json,
    () => ({ ...plan, costs, bestValue: best?.instanceType ?? null }),
    () => renderTraining(costs, best),
  );
  process.exitCode = best === undefined ? 1 : 0;
}

interface ServeOptions extends Common {
  readonly model: string;
  readonly photo?: readonly string[];
  readonly seconds: number;
}

async function serve({ model, photo, seconds, region, json }: ServeOptions): Promise<void> {
  const { measureRate, servingCosts } = loadWhenNeeded<typeof serving>("cost/serving-cost");
  const { currentPrices } = loadWhenNeeded<typeof tables>("cost/price-tables");
  const { renderServing } = loadWhenNeeded<typeof reporting>("cost/report");
  const rate = await new Progress().step(`Measuring ${model} for ${seconds} s`, () =>
    measureRate(model, seconds, photo),
  );
  const costs = servingCosts(rate, region, currentPrices());
  print(
    json,
    () => ({ region, rate, costs }),
    () => renderServing(rate, costs),
  );
}

interface StackOptions {
  readonly stack: string;
  readonly configFile?: string;
  readonly json?: boolean;
}

async function stack({ stack: name, configFile, json }: StackOptions): Promise<void> {
  const { stackCost, notCounted } = loadWhenNeeded<typeof stacks>("cost/stack-cost");
  const { readStack, readStackFile } = loadWhenNeeded<typeof stackFiles>("preview/stack-file");
  const { currentPrices } = loadWhenNeeded<typeof tables>("cost/price-tables");
  const { renderStack, stackTotals } = loadWhenNeeded<typeof reporting>("cost/report");
  const settings =
    configFile === undefined ? readStack(REPOSITORY, name) : readStackFile(REPOSITORY, configFile);
  const estimate = await stackCost(settings, HOURS, currentPrices());
  const { items, withoutPrice, unknown } = estimate;
  const unknownValues = unknown.map(({ unknown: path }) => path);
  print(
    json,
    () => ({ ...stackTotals(estimate), items, withoutPrice, unknown: unknownValues, notCounted }),
    () => renderStack(estimate),
  );
}

async function prices({
  region,
  refresh,
  json,
}: Common & { readonly refresh?: boolean }): Promise<void> {
  const { currentPrices, keepPrices } = loadWhenNeeded<typeof tables>("cost/price-tables");
  if (refresh === true) {
    const { refreshPrices } = loadWhenNeeded<typeof refreshing>("cost/refresh-prices");
    const fresh = await new Progress().step(`Asking AWS for the prices of ${region}`, () =>
      refreshPrices(region, currentPrices(), new Date()),
    );
    console.error(`Kept in ${keepPrices(fresh)}.`);
  }
  const { renderPrices, pricesOf } = loadWhenNeeded<typeof reporting>("cost/report");
  const rows = pricesOf(region, currentPrices());
  print(
    json,
    () => ({ region, prices: rows }),
    () => renderPrices(rows),
  );
}
