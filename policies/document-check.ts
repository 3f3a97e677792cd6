import { documentsOf, documentTypes, type DocumentScope, type HeldDocument } from "./documents";
import type { InvokeScope } from "./iam/invoke";
import { holdingsOf, judgeTogether } from "./holdings";
import {
  DOCUMENT_RULES,
  judgeDocument,
  type DocumentFinding,
  type DocumentRule,
} from "./iam/judge";
import { memoized } from "./memoized";
import type { JudgedResource, JudgedStack } from "./resource";
import { defineRule, type Context, type Outcome, type Rule, type RuleDefinition } from "./rule";

/** The setting of `invoke-endpoint-scope`. */
interface Config {
  widest?: InvokeScope;
}

interface DocumentRuleDefinition extends Pick<
  RuleDefinition<Config>,
  "what" | "why" | "howToFix" | "example" | "standards" | "config" | "types" | "check"
> {
  readonly name: DocumentRule;
  /** The documents that it judges; by default all. */
  readonly documents?: DocumentScope;
  /** Whether it also judges what all policies of a role, user or group allow together. */
  readonly together?: boolean;
}

/** Declares a rule whose violations the evaluator finds in documents; `check` says what else it finds, in `types`. */
export function documentRule({
  documents,
  together = false,
  types = [],
  check,
  ...rule
}: DocumentRuleDefinition): Rule {
  return defineRule<Config>({
    ...rule,
    ...DOCUMENT_RULES[rule.name],
    types: [...new Set([...documentTypes(documents), ...types])],
    *check(resource, context): Generator<Outcome> {
      for (const held of documentsOf(resource, documents)) {
        for (const finding of findingsIn(held)(context)) {
          if (finding.rule === rule.name) {
            yield { message: `${held.path}: ${finding.message}.`, fix: held.fix ?? finding.fix };
          }
        }
        yield* held.unknown.map((unknown) => ({ unknown }));
      }
      if (types.includes(resource.type)) {
        yield* check!(resource, context);
      }
    },
    ...(together && {
      *stack(stack: JudgedStack, context: Context<Config>): Generator<Outcome> {
        for (const { holder, findings } of findingsTogether(stack)(context)) {
          for (const { message, fix } of findings.filter((each) => each.rule === rule.name)) {
            const whole = `The policies of ${holder.name} together: ${message}.`;
            yield { resource: holder, message: whole, fix };
          }
        }
      },
    }),
  });
}

type Findings = readonly DocumentFinding[];

/** What every rule finds in a document. */
const findingsIn = memoized(({ document, kind }: HeldDocument) =>
  byContext((options): Findings => judgeDocument(document, { ...options, kind }).findings),
);

/** What every rule finds in all that a role, user or group has together, and in none of its documents alone. */
const findingsTogether = memoized((stack: JudgedStack) => {
  const holdings = holdingsOf(stack).filter(({ documents }) => documents.length > 1);
  return byContext((options): { holder: JudgedResource; findings: Findings }[] =>
    holdings.map((each) => ({
      holder: each.holder,
      findings: judgeTogether(each, options).findings,
    })),
  );
});

interface Options {
  readonly endpointArn: string | undefined;
  readonly widestInvokeScope: InvokeScope;
}

/** Computes a value once for all rules, and again only for one that is configured otherwise. */
function byContext<Value>(
  compute: (options: Options) => Value,
): (context: Context<Config>) => Value {
  const values = new Map<string, Value>();
  return ({ config: { widest = "prefix" }, endpointArn }) => {
    const key = `${widest} ${endpointArn}`;
    const value = values.get(key) ?? compute({ endpointArn, widestInvokeScope: widest });
    values.set(key, value);
    return value;
  };
}
