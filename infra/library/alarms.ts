import * as pulumi from "@pulumi/pulumi";
import { AlarmTopic } from "../components/monitoring/alarm-topic";
import { Budget as MonthlyBudget } from "../components/monitoring/budget";
import { nameInStack } from "../names";
import { checkArguments } from "./arguments";
import { currentContext, type RegionArgs } from "./context";
import type { BudgetSettings, MonitoringSettings } from "./settings.generated";

/** Arguments of {@link Alarms}. */
export interface AlarmsArgs extends MonitoringSettings, RegionArgs {}

/**
 * The topic that alarms are published to, and the limits at which they go off.
 *
 * @example
 * ```ts
 * const alarms = new Alarms("alarms", { emails: ["team@example.com"] });
 * ```
 */
export class Alarms extends AlarmTopic {
  constructor(name: string, args: AlarmsArgs, options?: pulumi.ComponentResourceOptions) {
    const { region, ...given } = args;
    const component = `new Alarms(${JSON.stringify(name)})`;
    const settings = checkArguments(component, ["monitoring"], given, (each) => each.monitoring!);
    const { naming, location } = currentContext({ region }, options);
    super(name, { topicName: nameInStack(naming, name), location, settings }, options);
  }
}

/** Arguments of {@link Budget}. */
export interface BudgetArgs extends BudgetSettings {
  /**
   * Tag whose costs count, as `key$value`. AWS knows its costs once the tag is activated as a cost allocation tag.
   * @example "Project$dogs"
   */
  readonly costTag: string;
}

/**
 * Mails before what has a tag costs more in a month than it should.
 *
 * @example
 * ```ts
 * new Budget("budget", { monthlyDollars: 100, emails: ["team@example.com"], costTag: "Project$dogs" });
 * ```
 */
export class Budget extends MonthlyBudget {
  constructor(name: string, args: BudgetArgs, options?: pulumi.ComponentResourceOptions) {
    const { costTag, ...given } = args;
    const component = `new Budget(${JSON.stringify(name)})`;
    const settings = checkArguments(component, ["budget"], given, ({ budget }) => budget!);
    const naming = { project: pulumi.getProject(), stack: pulumi.getStack() };
    super(name, { budgetName: nameInStack(naming, name), costTag, settings }, options);
  }
}
