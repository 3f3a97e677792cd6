import type {
  Policies,
  ReportViolation,
  ResourceValidationArgs,
  StackValidationArgs,
} from "@pulumi/policy";
import { Exemptions } from "./exemptions/exemptions";
import { exemptionsPolicy, staleExemptionsPolicy } from "./exemptions/policy";
import { KnownEndpoint } from "./known-endpoint";
import { forEach, isUnknownFinding, render, whereKnown } from "./outcomes";
import { applyRepair } from "./remediation";
import {
  judgedResource,
  UnknownValueError,
  type JudgedResource,
  type JudgedStack,
} from "./resource";
import { configurationOf, type Context, type Finding, type Outcome, type Rule } from "./rule";
import { SecretPaths } from "./secret-paths";
import { judgedStack } from "./stack";
import { UnknownLedger } from "./unknown-ledger";
import { unknownValuesPolicy } from "./unknown-values-policy";

type PackPolicy = Policies[number];
type RuleContext = Context<Record<string, unknown>>;

/** What the policies of one pack share. */
interface Shared {
  readonly ledger: UnknownLedger;
  readonly exemptions: Exemptions;
  readonly endpoint: KnownEndpoint;
  readonly secrets: SecretPaths;
}

/**
 * The rules as policies of `@pulumi/policy`: one policy a rule, which judges resources, the whole stack or both under one
 * name and one configuration. Around them, one that reads the exemptions, one that names every value a preview did not know
 * and one that names the exemptions of no use.
 */
export function toPolicies(
  rules: readonly Rule[],
  exemptions = new Exemptions(rules.map(({ name }) => name)),
  secrets = new SecretPaths(),
): PackPolicy[] {
  const ledger = new UnknownLedger();
  const endpoint = new KnownEndpoint();
  const isOpen = (rule: string, urn: string): boolean =>
    ledger.unknownsOf(urn).some((unknown) => unknown.rules.includes(rule));
  return [
    exemptionsPolicy(exemptions),
    ...rules.map((rule) => toPolicy(rule, { ledger, exemptions, endpoint, secrets })),
    unknownValuesPolicy(ledger),
    staleExemptionsPolicy(exemptions, isOpen),
  ];
}

function toPolicy(rule: Rule, shared: Shared): PackPolicy {
  return {
    name: rule.name,
    description: rule.what,
    enforcementLevel: rule.level,
    severity: rule.severity,
    remediationSteps: rule.howToFix,
    configSchema: { properties: { ...rule.config } },
    validateStack: (args: StackValidationArgs, report: ReportViolation) => {
      judgeStack(rule, args, report, shared);
    },
    ...(rule.resource === undefined
      ? {}
      : {
          validateResource: (args: ResourceValidationArgs, report: ReportViolation) => {
            judgeResource(rule, args, report, shared);
          },
        }),
    ...(rule.resource?.remediate === undefined
      ? {}
      : { remediateResource: (args: ResourceValidationArgs) => remediate(rule, args, shared) }),
  };
}

function judgeResource(
  rule: Rule,
  args: ResourceValidationArgs,
  report: ReportViolation,
  { ledger, exemptions, endpoint, secrets }: Shared,
): void {
  endpoint.see(args);
  if (!rule.resource!.types.includes(args.type)) {
    return args.notApplicable(`Judges ${rule.resource!.types.join(", ")}.`);
  }
  const resource = judgedResource(args, secrets.of(args.urn));
  const context = { ...contextOf(rule, args), endpointArn: endpoint.arn };
  ledger.begin(rule.name, args.urn);
  for (const outcome of whereKnown(() => rule.resource!.check(resource, context))) {
    if (isUnknownFinding(outcome)) {
      ledger.add(rule.name, args.urn, outcome.unknown);
    } else {
      const { fingerprint, isExempt } = exemptions.judge(rule.name, args.urn, outcome.message);
      if (!isExempt) {
        report(render(outcome, fingerprint));
      }
    }
  }
}

function judgeStack(
  rule: Rule,
  args: StackValidationArgs,
  report: ReportViolation,
  { ledger, exemptions, endpoint, secrets }: Shared,
): void {
  const stack = judgedStack(args.resources, secrets);
  args.resources.forEach((resource) => endpoint.see(resource));
  const context = { ...contextOf(rule, args), endpointArn: endpoint.arn };
  const unjudged = (outcomes: Iterable<Outcome>): void => {
    for (const outcome of outcomes) {
      if (isUnknownFinding(outcome)) {
        ledger.add(rule.name, outcome.resource?.urn ?? "", outcome.unknown);
      } else {
        const urn = outcome.resource?.urn;
        const { fingerprint, isExempt } = exemptions.judge(rule.name, urn, outcome.message);
        if (!isExempt) {
          report(render(outcome, fingerprint), urn);
        }
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

function remediate(
  rule: Rule,
  args: ResourceValidationArgs,
  shared: Shared,
): Record<string, unknown> | undefined {
  if (!rule.resource!.types.includes(args.type)) {
    return args.notApplicable(`Repairs ${rule.resource!.types.join(", ")}.`);
  }
  const resource = judgedResource(args);
  const context = contextOf(rule, args);
  try {
    const repair = rule.resource!.remediate!(resource, context);
    return repair === undefined || isAccepted(rule, resource, context, shared)
      ? undefined
      : applyRepair(args.props, resource.known, repair);
  } catch (error) {
    if (error instanceof UnknownValueError) {
      // Nothing is changed on a guess: the check that follows names the unknown value.
      return undefined;
    }
    throw error;
  }
}

/** Whether all that the rule finds in the resource is exempt: what is accepted is not rewritten. */
function isAccepted(
  rule: Rule,
  resource: JudgedResource,
  context: RuleContext,
  { exemptions }: Shared,
): boolean {
  const findings = [...whereKnown(() => rule.resource!.check(resource, context))].filter(
    (outcome): outcome is Finding => !isUnknownFinding(outcome),
  );
  return (
    findings.length > 0 &&
    findings
      .map(({ message }) => exemptions.judge(rule.name, resource.urn, message))
      .every(({ isExempt }) => isExempt)
  );
}

function contextOf(rule: Rule, args: ResourceValidationArgs | StackValidationArgs): RuleContext {
  return { config: configurationOf(rule, args.getConfig()) };
}
