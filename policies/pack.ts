import type {
  Policies,
  ReportViolation,
  ResourceValidationArgs,
  StackValidationArgs,
} from "@pulumi/policy";
import { forEach, isUnknownFinding, render, whereKnown } from "./outcomes";
import { applyRepair } from "./remediation";
import { judgedResource, UnknownValueError, type JudgedStack } from "./resource";
import { configurationOf, type Context, type Outcome, type Rule } from "./rule";
import { judgedStack } from "./stack";
import { UnknownLedger } from "./unknown-ledger";

type PackPolicy = Policies[number];
type RuleContext = Context<Record<string, unknown>>;

/**
 * The rules as policies of `@pulumi/policy`: one policy a rule, which judges resources, the whole stack or both under one
 * name and one configuration, and a last, advisory one that names every value a preview did not know.
 */
export function toPolicies(rules: readonly Rule[]): PackPolicy[] {
  const ledger = new UnknownLedger();
  return [...rules.map((rule) => toPolicy(rule, ledger)), unknownValuesPolicy(ledger)];
}

function toPolicy(rule: Rule, ledger: UnknownLedger): PackPolicy {
  return {
    name: rule.name,
    description: rule.what,
    enforcementLevel: rule.level,
    severity: rule.severity,
    remediationSteps: rule.howToFix,
    configSchema: { properties: { ...rule.config } },
    validateStack: (args: StackValidationArgs, report: ReportViolation) => {
      judgeStack(rule, args, report, ledger);
    },
    ...(rule.resource === undefined
      ? {}
      : {
          validateResource: (args: ResourceValidationArgs, report: ReportViolation) => {
            judgeResource(rule, args, report, ledger);
          },
        }),
    ...(rule.resource?.remediate === undefined
      ? {}
      : { remediateResource: (args: ResourceValidationArgs) => remediate(rule, args) }),
  };
}

function judgeResource(
  rule: Rule,
  args: ResourceValidationArgs,
  report: ReportViolation,
  ledger: UnknownLedger,
): void {
  if (!rule.resource!.types.includes(args.type)) {
    return args.notApplicable(`Judges ${rule.resource!.types.join(", ")}.`);
  }
  const resource = judgedResource(args);
  const context = contextOf(rule, args);
  ledger.begin(rule.name, args.urn);
  for (const outcome of whereKnown(() => rule.resource!.check(resource, context))) {
    if (isUnknownFinding(outcome)) {
      ledger.add(rule.name, args.urn, outcome.unknown);
    } else {
      report(render(outcome));
    }
  }
}

function judgeStack(
  rule: Rule,
  args: StackValidationArgs,
  report: ReportViolation,
  ledger: UnknownLedger,
): void {
  const stack = judgedStack(args.resources);
  const context = contextOf(rule, args);
  const unjudged = (outcomes: Iterable<Outcome>): void => {
    for (const outcome of outcomes) {
      if (isUnknownFinding(outcome)) {
        ledger.add(rule.name, outcome.resource?.urn ?? "", outcome.unknown);
      } else {
        report(render(outcome), outcome.resource?.urn);
      }
    }
  };
  unjudged(judgeAgain(rule, stack, context, ledger));
  if (rule.stack !== undefined) {
    unjudged(whereKnown(() => rule.stack!(stack, context)));
  }
}

/** The resource check once more, on those resources whose values were not all known, or which it has never seen. */
function judgeAgain(
  rule: Rule,
  stack: JudgedStack,
  context: RuleContext,
  ledger: UnknownLedger,
): Iterable<Outcome> {
  if (rule.resource === undefined) {
    return [];
  }
  const open = stack
    .ofType(...rule.resource.types)
    .filter((resource) => !ledger.isJudged(rule.name, resource.urn));
  for (const resource of open) {
    ledger.begin(rule.name, resource.urn);
  }
  return forEach(open, (resource) => rule.resource!.check(resource, context));
}

function remediate(rule: Rule, args: ResourceValidationArgs): Record<string, unknown> | undefined {
  if (!rule.resource!.types.includes(args.type)) {
    return args.notApplicable(`Repairs ${rule.resource!.types.join(", ")}.`);
  }
  const resource = judgedResource(args);
  try {
    const repair = rule.resource!.remediate!(resource, contextOf(rule, args));
    return repair === undefined ? undefined : applyRepair(args.props, resource.known, repair);
  } catch (error) {
    if (error instanceof UnknownValueError) {
      // Nothing is changed on a guess: the check that follows names the unknown value.
      return undefined;
    }
    throw error;
  }
}

function contextOf(rule: Rule, args: ResourceValidationArgs | StackValidationArgs): RuleContext {
  return { config: configurationOf(rule, args.getConfig()) };
}

/** Comes last, so that every rule has already said what it could not judge. */
function unknownValuesPolicy(ledger: UnknownLedger): PackPolicy {
  return {
    name: "values-not-known-yet",
    description:
      "Names the values that this preview does not know, and the rules that wait for them.",
    enforcementLevel: "advisory",
    severity: "low",
    remediationSteps:
      "Build the value from what is known before the deployment (account, region and names) so that a preview can judge it.",
    validateResource: (args: ResourceValidationArgs, report: ReportViolation) => {
      for (const { path, rules } of ledger.unknownsOf(args.urn)) {
        report(
          `\`${path}\` of ${args.name} is not known yet, so ${rules.join(", ")} could not judge it. ` +
            "It is judged again over the whole stack, and before the resource is created.",
        );
      }
    },
    validateStack: (args: StackValidationArgs, report: ReportViolation) => {
      for (const urn of [...args.resources.map((resource) => resource.urn), ""]) {
        for (const { path, rules } of ledger.unknownsOf(urn)) {
          const owner = urn === "" ? "the stack" : urn.slice(urn.lastIndexOf("::") + 2);
          report(
            `\`${path}\` of ${owner} is still not known at the end of this run, so ${rules.join(", ")} could not judge it. ` +
              "The update judges it before the resource is created.",
            urn === "" ? undefined : urn,
          );
        }
      }
    },
  };
}
