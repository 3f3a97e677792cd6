/** The ranges that tune.py searches by default, in the words of SageMaker. */
export const parameterRanges = {
  ContinuousParameterRanges: ["learning_rate", "weight_decay"].map((name) => ({
    Name: name,
    MinValue: "0.0001",
    MaxValue: "0.1",
    ScalingType: "Logarithmic",
  })),
  IntegerParameterRanges: [
    { Name: "patience", MinValue: "3", MaxValue: "10", ScalingType: "Linear" },
  ],
  CategoricalParameterRanges: [{ Name: "batch_size", Values: ["32", "64", "128", "256"] }],
};

/** The hyperparameters that a search finds, by train.py's names. */
export const tunedNames: ReadonlySet<string> = new Set(
  Object.values(parameterRanges).flatMap((ranges) => ranges.map(({ Name }) => Name)),
);
