import type { Classifier } from "./components/endpoint/classifier";

/** One output of every classifier that has it, by the classifier's name in the configuration. */
export function byName<T>(
  classifiers: readonly Classifier[],
  pick: (classifier: Classifier) => T | undefined,
): Record<string, T> {
  return Object.fromEntries(
    classifiers.flatMap((classifier) => {
      const value = pick(classifier);
      return value === undefined ? [] : [[classifier.dashboardEndpoint.title, value]];
    }),
  );
}
