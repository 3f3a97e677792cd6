import { logRetentionDays } from "../../../packages/aws-facts/log-retention";
import { defineRule, type Outcome } from "../../rule";
import { count } from "../../settings";

export const logRetention = defineRule({
  name: "log-retention",
  what: "Every log group says how long it keeps what is logged.",
  why: "By default logs are kept, and paid for, for ever; kept too short, they are gone when an incident is looked into.",
  example:
    'new aws.cloudwatch.LogGroup(name, { name: "/aws/lambda/classify", retentionInDays: 30 });',
  severity: "low",
  level: "mandatory",
  standards: {
    nist80053r5: "AU-10, AU-11, AU-6(3), AU-6(4), CA-7, SI-12",
    securityHub: "CloudWatch.16",
  },
  config: {
    fewestDays: count(
      7,
      "Logs are kept for at least so many days; Security Hub's own default is 365.",
    ),
    mostDays: count(3653, "Logs are kept for at most so many days."),
  },
  types: ["aws:cloudwatch/logGroup:LogGroup", "aws-native:logs:LogGroup"],
  *check({ name, known, properties }, { config }): Generator<Outcome> {
    if (known["logGroupClass"] === "DELIVERY") {
      // CloudWatch keeps these for two days, whatever is asked for.
      return;
    }
    const days = Number(properties["retentionInDays"] ?? 0);
    const fix = `retentionInDays: ${logRetentionDays.find((each) => each >= Math.max(config.fewestDays, 30)) ?? config.fewestDays}`;
    if (days === 0) {
      yield { message: `${name} keeps what is logged for ever.`, fix };
    } else if (!logRetentionDays.some((each) => each === days)) {
      yield {
        message: `${name} asks for ${days} days, which CloudWatch refuses; allowed are ${logRetentionDays.join(", ")}.`,
        fix,
      };
    } else if (days < config.fewestDays) {
      yield {
        message: `${name} keeps logs for ${days} days; the least is ${config.fewestDays}.`,
        fix,
      };
    } else if (days > config.mostDays) {
      yield {
        message: `${name} keeps logs for ${days} days; the most is ${config.mostDays}.`,
        fix: `retentionInDays: ${logRetentionDays.findLast((each) => each <= config.mostDays) ?? config.mostDays}`,
      };
    }
  },
});
