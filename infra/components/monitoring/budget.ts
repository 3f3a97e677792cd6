import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { BudgetConfig } from "../../schema/monitoring";

export interface BudgetArgs {
  /** The budget's name in AWS. */
  readonly budgetName: string;
  /**
   * The tag whose costs count, as `name$value`. AWS knows its costs once the tag is activated as a cost allocation tag in the
   * billing console.
   */
  readonly costTag: string;
  /** Dollars and who is told. */
  readonly settings: BudgetConfig;
}

/** Mails before the stack costs more in a month than it should. */
export class Budget extends pulumi.ComponentResource {
  constructor(name: string, args: BudgetArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Budget", name, {}, options);
    const { monthlyDollars, emails } = args.settings;
    const notify = (
      notificationType: "ACTUAL" | "FORECASTED",
      threshold: number,
    ): aws.types.input.budgets.BudgetNotification => ({
      notificationType,
      threshold,
      thresholdType: "PERCENTAGE",
      comparisonOperator: "GREATER_THAN",
      subscriberEmailAddresses: pulumi.secret([...emails]),
    });
    new aws.budgets.Budget(
      name,
      {
        name: args.budgetName,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: String(monthlyDollars),
        limitUnit: "USD",
        costFilters: [{ name: "TagKeyValue", values: [`user:${args.costTag}`] }],
        notifications: [notify("ACTUAL", 80), notify("FORECASTED", 100)],
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
