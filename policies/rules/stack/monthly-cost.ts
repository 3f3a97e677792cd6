import { defineRule, type Outcome } from "../../rule";
import { amount } from "../../settings";
import { estimateCost, MONTH, notCounted, sumOf } from "./cost-items";

const NOT_COUNTED = `Not counted: ${notCounted.join(", ")}.`;

export const monthlyCost = defineRule({
  name: "monthly-cost",
  what: "What runs by the hour costs at most monthlyLimit dollars a month.",
  why: "Endpoints, notebooks and instances cost by the hour whether anybody uses them or not; the bill says so weeks later.",
  howToFix: `Choose a smaller instance type, fewer instances, serverless or asynchronous serving; or, where it is worth that much, raise the limit in the policy configuration. ${NOT_COUNTED}`,
  example: '{ "monthly-cost": { "monthlyLimit": 2000 } }',
  severity: "low",
  level: "advisory",
  standards: { nist80053r5: "SA-2" },
  config: {
    monthlyLimit: amount(500, "US dollars a month, without what autoscaling adds."),
    hoursPerMonth: amount(
      MONTH.hoursPerMonth,
      "How long endpoints and EC2 instances run in a month.",
      744,
    ),
    notebookHoursPerMonth: amount(
      MONTH.notebookHoursPerMonth,
      "How long a notebook runs in a month: working hours, where it stops itself when it is idle.",
      744,
    ),
  },
  *stack(stack, { config }): Generator<Outcome> {
    const { items, withoutPrice, unknown } = estimateCost(stack, config);
    const { atRest, atMost } = sumOf(items);
    if (atRest > config.monthlyLimit) {
      yield {
        message: [
          `The stack costs about ${dollars(atRest)} a month On-Demand, above the limit of ${dollars(config.monthlyLimit)}` +
            (atMost > atRest ? `; ${dollars(atMost)} once autoscaling has added all it may.` : "."),
          ...[...items]
            .sort((first, second) => second.monthlyDollars - first.monthlyDollars)
            .map((item) => `- ${item.label}: ${dollars(item.monthlyDollars)}`),
          ...(withoutPrice.length > 0 ? [`No price known for ${withoutPrice.join(", ")}.`] : []),
          NOT_COUNTED,
        ].join("\n"),
        fix: `A smaller instance type, or { "monthly-cost": { "monthlyLimit": ${Math.ceil(atRest)} } } in the policy configuration.`,
      };
    }
    yield* unknown;
  },
});

function dollars(amount: number): string {
  return `$${amount.toFixed(amount < 10 ? 2 : 0)}`;
}
