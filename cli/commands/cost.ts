import { type Command, Option } from "@commander-js/extra-typings";

import { notCounted } from "../../policies/rules/stack/cost-items";
import { currentPrices, keepPrices, pricesIn } from "../cost/price-tables";
import { refreshPrices } from "../cost/refresh-prices";
import { pricesOf, renderPrices, renderServing, renderStack, renderTraining } from "../cost/report";
import { measureRate, servingCosts } from "../cost/serving-cost";
import { stackCost } from "../cost/stack-cost";
import { bestValue, measuredPhotos, trainingCosts } from "../cost/training-cost";
import { describeModel } from "../local/model";
import { step } from "../output/progress";
import { chooseSettings } from "../preview/preview-repository";
import { SAMPLE_MODEL } from "../repository";
import { print } from "../output/print";
import { configFileOption, stackOption } from "./stack-options";
import { positive, whole } from "./numbers";

const EXAMPLES = `
Examples:
  kennel cost train --deadline 20            # the cheapest instance that trains on the dog photos within 20 minutes
  kennel cost serve --model models/dogs      # dollars for a million photos, from this model's rate on this machine
  kennel cost stack --stack prod             # a month of a stack, at rest and at most
  kennel cost prices --refresh --region eu-central-1`;

const regionOption = new Option("--region <name>", "the region whose prices are used").default(
  "us-east-1",
);

/** `kennel cost`: what training, serving and a whole stack cost. */
export function addCostCommand(program: Command): void {
  const cost = program
    .command("cost")
    .description("Show what training, serving or a whole stack costs.")
    .addHelpText("afterAll", EXAMPLES);
  addTrain(cost);
  addServe(cost);
  addStack(cost);
  addPrices(cost);
}

function addTrain(cost: Command): void {
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
    .option(
      "--deadline <minutes>",
      "choose the best value among what finishes within this time",
      positive,
    )
    .option(
      "--budget <dollars>",
      "choose the best value among what costs no more than this",
      positive,
    )
    .addOption(regionOption)
    .option("--json", "print one JSON document")
    .action(({ passes, region, json, ...options }) => {
      const photos = {
        training: options.trainingPhotos ?? measuredPhotos.training,
        validation: options.validationPhotos ?? measuredPhotos.validation,
        test: options.testPhotos ?? measuredPhotos.test,
      };
      const plan = { photos, passes, region };
      const costs = trainingCosts(plan, pricesIn(region));
      const best = bestValue(costs, {
        deadlineSeconds: options.deadline === undefined ? undefined : options.deadline * 60,
        budgetDollars: options.budget,
      });
      const document = { ...plan, costs, bestValue: best?.instanceType ?? null };
      print(json, document, () => renderTraining(costs, best));
      process.exitCode = best === undefined ? 1 : 0;
    });
}

function addServe(cost: Command): void {
  cost
    .command("serve")
    .description(
      "Measure a model's rate here, and show what a million photos cost on each instance type.",
    )
    .addOption(
      new Option("--model <folder>", "the model directory").default(SAMPLE_MODEL, "samples/model"),
    )
    .option("--photo <file...>", "photos to measure with (default: the samples)")
    .option("--seconds <number>", "how long to measure", positive, 5)
    .addOption(regionOption)
    .option("--json", "print one JSON document")
    .action(async ({ model, photo, seconds, region, json }) => {
      const prices = pricesIn(region);
      describeModel(model);
      const rate = await step(`Measuring ${model} for ${seconds} s`, () =>
        measureRate(model, seconds, photo),
      );
      const costs = servingCosts(rate, region, prices);
      print(json, { region, rate, costs }, () => renderServing(rate, costs));
    });
}

function addStack(cost: Command): void {
  cost
    .command("stack")
    .description("Add up what a stack costs in a month.")
    .addOption(stackOption)
    .addOption(configFileOption)
    .option("--json", "print one JSON document")
    .action(async ({ json, ...chosen }) => {
      const estimate = await stackCost(chooseSettings(chosen));
      const unknown = estimate.unknown.map(({ unknown: path }) => path);
      const document = { ...estimate, unknown, notCounted };
      print(json, document, () => renderStack(estimate));
    });
}

function addPrices(cost: Command): void {
  cost
    .command("prices")
    .description("Show the prices that are used, or get today's from AWS (needs credentials).")
    .option("--refresh", "ask AWS's Price List API for this region, and keep the answer")
    .addOption(regionOption)
    .option("--json", "print one JSON document")
    .action(async ({ region, refresh, json }) => {
      if (refresh === true) {
        const fresh = await step(`Asking AWS for the prices of ${region}`, () =>
          refreshPrices(region, currentPrices(), new Date()),
        );
        console.error(`Kept in ${keepPrices(fresh)}.`);
      }
      const rows = pricesOf(region, pricesIn(region));
      print(json, { region, prices: rows }, () => renderPrices(rows));
    });
}
