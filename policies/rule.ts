import type { JudgedResource, JudgedStack, Named } from "./resource";
import type { Setting } from "./settings";

/** What happens when a rule is broken: `mandatory` stops the deployment, `remediate` repairs it, `advisory` warns. */
export type EnforcementLevel = "advisory" | "mandatory" | "remediate";

/** How bad a broken rule is, worst last. */
export type Severity = "low" | "medium" | "high" | "critical";

/** Where public standards ask for the same thing: their names for it, separated by commas. */
export interface Standards {
  /** Recommendations of the CIS AWS Foundations Benchmark 5.0, such as `1.15`. */
  readonly cisAws5?: string;
  /** Controls of NIST SP 800-53 revision 5, such as `AC-6`. */
  readonly nist80053r5?: string;
  /** Controls of AWS Security Hub, such as `IAM.1`. */
  readonly securityHub?: string;
}

/** One violation of a rule. */
export interface Finding {
  /** Names the thing, says what is wrong with it. */
  readonly message: string;
  /** What to write instead, ready to paste. */
  readonly fix?: string;
  /** The properties that put it right, and only those: objects are merged into what is there. Written at level `remediate`. */
  readonly repair?: Readonly<Record<string, unknown>>;
  /** The resource at fault; needed in a stack check, implied in a resource check. */
  readonly resource?: JudgedResource;
}

/** A value that a rule needed and that a preview does not know yet. */
export interface UnknownFinding {
  /** The property's path, such as `policy` or `environment.variables`. */
  readonly unknown: string;
  /** The resource that has the property; needed where it is another than the one that is judged. */
  readonly resource?: Named;
}

/** What a check yields. */
export type Outcome = Finding | UnknownFinding;

/** What a check is given beside the thing it judges. */
export interface Context<Config extends object> {
  /** The rule's configuration: its defaults, overlaid with what the user configured. */
  readonly config: Readonly<Config>;
  /** The ARN of an endpoint of the stack, where one has been seen so far; in a stack check wherever there is one. */
  readonly endpointArn?: string;
}

/** The settings of a rule. */
export type ConfigSchema<Config extends object> = {
  readonly [Key in keyof Config]-?: Setting<Config[Key]>;
};

/** One rule; one file under `rules/<service>/`. */
export interface RuleDefinition<Config extends object> {
  /** Unique, in kebab case; what configuration and exemptions call it. */
  readonly name: string;
  /** One sentence: what the rule forbids or demands. */
  readonly what: string;
  /** What goes wrong when it is broken. */
  readonly why: string;
  /** How to satisfy it (Markdown); needed where `example` does not say it all. */
  readonly howToFix?: string;
  /** Code to paste: TypeScript or, where it begins as JSON does, JSON. */
  readonly example?: string | readonly string[];
  readonly severity: Severity;
  readonly level: EnforcementLevel;
  readonly standards: Standards;
  readonly config?: ConfigSchema<Config>;
  /** What `check` and `inStack` judge: Pulumi type tokens, such as `aws:iam/rolePolicy:RolePolicy`. */
  readonly types?: readonly string[];
  /** Judges one resource by its inputs, before it is created or changed. */
  check?(resource: JudgedResource, context: Context<Config>): Iterable<Outcome>;
  /** Judges one resource with all others in sight, after a preview or an update. */
  inStack?(
    resource: JudgedResource,
    stack: JudgedStack,
    context: Context<Config>,
  ): Iterable<Outcome>;
  /** Judges all resources together, after a preview or an update. */
  stack?(stack: JudgedStack, context: Context<Config>): Iterable<Outcome>;
}

/** A rule whose configuration type no longer matters to its holder. */
export type Rule = RuleDefinition<Record<string, unknown>>;

/**
 * Declares a rule. `Config` is inferred from the configuration schema.
 *
 * @throws Error where the rule checks nothing.
 */
export function defineRule<Config extends object = Record<string, never>>(
  definition: RuleDefinition<Config>,
): Rule {
  const { name, types, check, inStack, stack } = definition;
  const judgesOne = (check ?? inStack) !== undefined;
  if (judgesOne !== (types !== undefined) || (!judgesOne && stack === undefined)) {
    throw new Error(`Rule ${name} needs a check with its types, or a stack check.`);
  }
  // The framework hands every check its own rule's configuration, so the erased type is never confused with another's.
  return definition as unknown as Rule;
}

/** How to satisfy a rule, with what to paste, in Markdown. */
export function howToFix({ howToFix: text, example }: Rule): string {
  const code = [example ?? []].flat().join("\n");
  const fenced =
    code === "" ? [] : [`\`\`\`${/^["{]/.test(code) ? "json" : "ts"}\n${code}\n\`\`\``];
  return [...(text === undefined ? [] : [text]), ...fenced].join("\n\n");
}

/** The rule's defaults, overlaid with `configured`. */
export function configurationOf(rule: Rule, configured: object): Record<string, unknown> {
  const defaults = Object.entries(rule.config ?? {}).map(([key, schema]) => [key, schema.default]);
  return { ...(Object.fromEntries(defaults) as Record<string, unknown>), ...configured };
}
