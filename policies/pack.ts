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
import type { JudgedResource } from "./resource";
import { configurationOf, howToFix, type Context, type Outcome, type Rule } from "./rule";
import { unknownValuesPolicy, type UnknownValues } from "./unknown-values-policy";

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
  const unknown = new Map(rules.map(({ name }): [string, UnknownValues] => [name, new Map()]));
  const isOpen = (rule: string, urn: string): boolean =>
    (unknown.get(rule)?.get(urn)?.size ?? 0) > 0;
  return [
    exemptionsPolicy(exemptions),
    ...rules.map((rule) =>
      new RulePolicy(rule, received, exemptions, unknown.get(rule.name)!).policy(),
    ),
    unknownValuesPolicy(unknown),
    staleExemptionsPolicy(exemptions, isOpen),
  ];
}

/** One rule at work: what it is told, and whom it tells. */
class RulePolicy {
  /** The fingerprints of what the engine has been told of each resource in this run. */
  private readonly told = new Map<string | undefined, Set<string>>();

  constructor(
    private readonly rule: Rule,
    private readonly received: Received,
    private readonly exemptions: Exemptions,
    private readonly unknown: UnknownValues,
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
    if (this.rule.types!.includes(args.type)) {
      const context = this.context(args);
      this.told.delete(args.urn);
      this.checkEach([this.received.resources.get(args.urn)!], context, report);
    }
  }

  private judgeStack(args: StackValidationArgs, report: ReportViolation): void {
    const { rule, unknown } = this;
    const { stack } = this.received;
    const context = this.context(args);
    // The resource check once more, where not all values were known, or where the engine has not shown the resource before.
    const open = (rule.check === undefined ? [] : stack.ofType(...rule.types!)).filter(
      ({ urn }) => unknown.get(urn)?.size !== 0,
    );
    this.checkEach(open, context, report);
    this.tell(judgeStack(rule, stack, context), report);
    this.told.clear();
  }

  private checkEach(
    resources: readonly JudgedResource[],
    context: Context<Record<string, unknown>>,
    report: ReportViolation,
  ): void {
    // What the rule did not know of them before counts no longer.
    resources.forEach(({ urn }) => this.unknown.set(urn, new Set()));
    this.tell(
      forEach(resources, (resource) => this.rule.check!(resource, context)),
      report,
    );
  }

  private tell(outcomes: Iterable<Outcome>, report: ReportViolation): void {
    for (const outcome of outcomes) {
      const urn = outcome.resource?.urn;
      if (isUnknownFinding(outcome)) {
        const paths = this.unknown.get(urn ?? "") ?? new Set();
        this.unknown.set(urn ?? "", paths.add(outcome.unknown));
        continue;
      }
      const { fingerprint, isExempt } = this.exemptions.judge(this.rule.name, urn, outcome.message);
      const told = this.told.get(urn) ?? new Set();
      this.told.set(urn, told);
      if (!isExempt && !told.has(fingerprint)) {
        told.add(fingerprint);
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
    const resource = this.received.resources.get(args.urn)!;
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
