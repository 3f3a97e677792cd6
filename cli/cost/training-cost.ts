import { hourlyPrice, type PriceTables } from "../../packages/aws-facts/prices";
import measured from "./measured-trainings.json";

/** Photos in each split of a data set. */
export interface PhotoCounts {
  readonly training: number;
  readonly validation: number;
  readonly test: number;
}

/** One training that was timed on an instance, in seconds. */
export interface MeasuredTraining {
  readonly instanceType: string;
  /** One pass over the training and the validation photos. */
  readonly epochSeconds: number;
  /** One pass over the test photos. */
  readonly testSeconds: number;
  /** What is billed beside: starting, loading data, saving the model. */
  readonly setUpSeconds: number;
}

/** Which training to price. */
export interface TrainingPlan {
  readonly photos: PhotoCounts;
  /**
   * Passes of the photos through the network. With a frozen backbone it is one, however many epochs its head is trained for:
   * `train.py` keeps the features.
   */
  readonly passes: number;
  readonly region: string;
}

/** What a training takes on one instance. */
export interface TrainingCost {
  readonly instanceType: string;
  /** Null where the region has no known price. */
  readonly dollarsPerHour: number | null;
  readonly billedSeconds: number;
  readonly dollars: number | null;
  /** Dollars of one pass alone, without set-up and test. */
  readonly dollarsPerEpoch: number | null;
}

/** The eight instances that one of the teams measured (docs/cost.md). */
export const measuredTrainings: readonly MeasuredTraining[] = measured.trainings;

/** The photos of those measurements. */
export const measuredPhotos: PhotoCounts = measured.photos;

/** Prices a training on every measured instance, the cheapest first. Times grow with the number of photos. */
export function trainingCosts(plan: TrainingPlan, tables?: PriceTables): TrainingCost[] {
  const { photos, passes, region } = plan;
  const passShare =
    (photos.training + photos.validation) / (measuredPhotos.training + measuredPhotos.validation);
  const testShare = photos.test / measuredPhotos.test;
  return measuredTrainings
    .map(({ instanceType, epochSeconds, testSeconds, setUpSeconds }): TrainingCost => {
      const epoch = epochSeconds * passShare;
      const billedSeconds = setUpSeconds + epoch * passes + testSeconds * testShare;
      const dollarsPerHour = hourlyPrice("training", instanceType, region, tables)?.dollars ?? null;
      const dollarsFor = (seconds: number): number | null =>
        dollarsPerHour === null ? null : (dollarsPerHour * seconds) / 3600;
      const dollars = dollarsFor(billedSeconds);
      return {
        instanceType,
        dollarsPerHour,
        billedSeconds,
        dollars,
        dollarsPerEpoch: dollarsFor(epoch),
      };
    })
    .sort((left, right) => (left.dollars ?? Infinity) - (right.dollars ?? Infinity));
}

/** The limits that an instance is chosen within. */
export interface Limits {
  readonly deadlineSeconds?: number | undefined;
  readonly budgetDollars?: number | undefined;
}

/**
 * The best value: the cheapest within the deadline; with a budget alone, the fastest within it.
 * Undefined where none is within the limits.
 */
export function bestValue(
  costs: readonly TrainingCost[],
  { deadlineSeconds = Infinity, budgetDollars = Infinity }: Limits,
): TrainingCost | undefined {
  const within = costs.filter(
    ({ dollars, billedSeconds }) =>
      dollars !== null && dollars <= budgetDollars && billedSeconds <= deadlineSeconds,
  );
  const isBudgetOnly = budgetDollars !== Infinity && deadlineSeconds === Infinity;
  const measure = (each: TrainingCost): number =>
    isBudgetOnly ? each.billedSeconds : each.dollars!;
  return within.sort((left, right) => measure(left) - measure(right))[0];
}
