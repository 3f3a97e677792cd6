import assert from "node:assert/strict";
import { only } from "../../testing/find";
import { record } from "../../offline/recorder";
import { Budget } from "./budget";

describe("Budget", () => {
  it("mails at 80 % of the month's dollars and when more is forecast", async () => {
    const recording = await record(
      () =>
        new Budget("budget", {
          budgetName: "kennel-dev",
          costTag: "Stack$kennel/dev",
          settings: { monthlyDollars: 120, emails: ["team@example.com"] },
        }),
    );
    const notification = {
      thresholdType: "PERCENTAGE",
      comparisonOperator: "GREATER_THAN",
      subscriberEmailAddresses: ["team@example.com"],
    };
    const { notifications, ...inputs } = only(recording, "aws:budgets/budget:Budget").inputs;
    assert.deepEqual(inputs, {
      name: "kennel-dev",
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: "120",
      limitUnit: "USD",
      costFilters: [{ name: "TagKeyValue", values: ["user:Stack$kennel/dev"] }],
    });
    // A secret as it travels to the engine: nobody's address appears in the state.
    assert.deepEqual((notifications as { value?: unknown }).value, [
      { ...notification, notificationType: "ACTUAL", threshold: 80 },
      { ...notification, notificationType: "FORECASTED", threshold: 100 },
    ]);
  });
});
