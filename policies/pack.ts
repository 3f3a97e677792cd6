import type {
  Policies,
  ReportViolation,
  ResourceValidationArgs,
  StackValidationArgs,
} from "@pulumi/policy";
import { Exemptions } from "./exemptions/exemptions";
import { exemptionsPolicy, staleExemptionsPolicy } from "./exemptions/policy";
import { forEach, isUnknownFinding, judgeStack, render } from "./outcomes";
import { Received } from "./received";
import { applyRepair } from "./remediation";
import { configurationOf, howToFix, type Context, type Outcome, type Rule } from "./rule";
import { UnknownLedger } from "./unknown-ledger";
import { unknownValuesPolicy } from "./unknown-values-policy";

type PackPolicy = Policies[number];

/**
 * The rules as policies of `@pulumi/policy`: one policy a rule, which judges resources, the whole stack or both under one
 * name and one configuration. Around them, one that reads the exemptions, one that names every value a preview did not know
 * and one that names the exemptions of no use.
 */
export function toPolicies(
  rules: readonly Rule[],
  received = new Received(),
  exemptions = new Exemptions(rules.map(({ name }) => name)),
): PackPolicy[] {
  const ledger = new UnknownLedger();
  const isOpen = (rule: string, urn: string): boolean =>
    ledger.unknownsOf(urn).some((unknown) => unknown.rules.includes(rule));
  return [
    exemptionsPolicy(exemptions),
    ...rules.map((rule) => new RulePolicy(rule, received, exemptions, ledger).policy()),
    unknownValuesPolicy(ledger),
    staleExemptionsPolicy(exemptions, isOpen),
  ];
}

/** One rule at work: what it is told, and whom it tells. */
class RulePolicy {
  constructor(
    private readonly rule: Rule,
    private readonly received: Received,
    private readonly exemptions: Exemptions,
    private readonly ledger: UnknownLedger,
  ) {}

  policy(): PackPolicy {
    const { rule } = this;
    return {
      name: rule.name,
      description: rule.what,
      enforcementLevel: rule.level,
      severity: rule.severity,
      remediationSteps: howToFix(rule),
      configSchema: { properties: { ...rule.config } },
      validateStack: (args, report) => this.judgeStack(args, report),
      ...(rule.check && {
        validateResource: (args: ResourceValidationArgs, report: ReportViolation) =>
          this.judgeResource(args, report),
        remediateResource: (args: ResourceValidationArgs) => this.remediate(args),
      }),
    };
  }

  private judgeResource(args: ResourceValidationArgs, report: ReportViolation): void {
    const { rule, ledger } = this;
    if (rule.types!.includes(args.type)) {
      const resource = this.received.resource(args.urn);
      ledger.begin(rule.name, args.urn);
      this.tell(
        forEach([resource], (each) => rule.check!(each, this.context(args))),
        report,
      );
    }
  }

  private judgeStack(args: StackValidationArgs, report: ReportViolation): void {
    const { rule, ledger } = this;
    const { stack } = this.received;
    const context = this.context(args);
    // The resource check once more, where not all values were known, or where the engine has not shown the resource before.
    const open = (rule.check === undefined ? [] : stack.ofType(...rule.types!)).filter(
      (resource) => !ledger.isJudged(rule.name, resource.urn),
    );
    open.forEach((resource) => ledger.begin(rule.name, resource.urn));
    this.tell(
      forEach(open, (resource) => rule.check!(resource, context)),
      report,
    );
    this.tell(judgeStack(rule, stack, context), report);
  }

  private tell(outcomes: Iterable<Outcome>, report: ReportViolation): void {
    for (const outcome of outcomes) {
      const urn = outcome.resource?.urn;
      if (isUnknownFinding(outcome)) {
        this.ledger.add(this.rule.name, urn ?? "", outcome.unknown);
        continue;
      }
      const { fingerprint, isExempt } = this.exemptions.judge(this.rule.name, urn, outcome.message);
      if (!isExempt) {
        report(render(outcome, fingerprint), urn);
      }
    }
  }

  /** Writes the repairs of all findings but the exempt ones: what is accepted is not rewritten, nor anything on a guess. */
  private remediate(args: ResourceValidationArgs): Record<string, unknown> | undefined {
    const { rule } = this;
    if (!rule.types!.includes(args.type)) {
      return undefined;
    }
    const resource = this.received.resource(args.urn);
    let repaired: Record<string, unknown> | undefined;
    for (const outcome of forEach([resource], (each) => rule.check!(each, this.context(args)))) {
      if (
        !isUnknownFinding(outcome) &&
        outcome.repair !== undefined &&
        !this.exemptions.judge(rule.name, args.urn, outcome.message).isExempt
      ) {
        repaired = applyRepair(args.props, resource.known, outcome.repair);
      }
    }
    return repaired;
  }

  private context(
    args: ResourceValidationArgs | StackValidationArgs,
  ): Context<Record<string, unknown>> {
    const { endpointArn } = this.received;
    return { config: configurationOf(this.rule, args.getConfig()), endpointArn };
  }
}
