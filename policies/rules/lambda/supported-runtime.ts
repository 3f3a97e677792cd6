import { defineRule, type Outcome, type Rule } from "../../rule";
import { count } from "../../settings";
import { deprecationDates, successorOf } from "./runtimes";
import { FUNCTION } from "./types";

const DAY = 24 * 60 * 60 * 1000;

/**
 * The rule, for a clock.
 *
 * @param today - the day that the deprecation dates are compared with.
 */
export function supportedRuntimeRule(today: () => Date): Rule {
  return defineRule({
    name: "supported-runtime",
    what: "No function runs on a runtime that AWS has deprecated.",
    why: "A deprecated runtime gets no security patches, and some weeks later AWS refuses to create, and then to update, functions that use it.",
    howToFix:
      "Move to a newer runtime. The dates are AWS's: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    example: 'new aws.lambda.Function(name, { runtime: "nodejs24.x", … });',
    severity: "medium",
    level: "mandatory",
    standards: {
      nist80053r5: "CA-9(1), CM-2, SI-2, SI-2(2), SI-2(4), SI-2(5)",
      securityHub: "Lambda.2",
    },
    config: {
      noticeDays: count(0, "How many days before AWS's date a runtime counts as deprecated.", 0),
    },
    types: [FUNCTION],
    *check({ name, properties }, { config }): Generator<Outcome> {
      // A container image has no runtime of AWS's choosing.
      const runtime = properties["runtime"];
      const date = deprecationDates[runtime];
      if (date === undefined || Date.parse(date) > today().getTime() + config.noticeDays * DAY) {
        return;
      }
      const isPast = Date.parse(date) <= today().getTime();
      yield {
        message: `${name} runs on ${runtime}, which AWS ${isPast ? "deprecated" : "will deprecate"} on ${date}.`,
        fix: `runtime: "${successorOf(runtime)!}",`,
      };
    },
  });
}

export const supportedRuntime = supportedRuntimeRule(() => new Date());
