import type { Policies, ReportViolation, StackValidationArgs } from "@pulumi/policy";

/** The paths of the values of a resource, by URN, that a rule could not judge yet; none where it has judged all of the resource. */
export type UnknownValues = Map<string, Set<string>>;

/**
 * Comes last, so that every rule has already said what it could not judge; one finding names all of it.
 *
 * @param unknown by the rule's name
 */
export function unknownValuesPolicy(unknown: ReadonlyMap<string, UnknownValues>): Policies[number] {
  return {
    name: "values-not-known-yet",
    description:
      "Names the values that this preview does not know, and the rules that wait for them.",
    enforcementLevel: "advisory",
    severity: "low",
    remediationSteps:
      "Build the value from what is known before the deployment (account, region and names) so that a preview can judge it.",
    validateStack: (args: StackValidationArgs, report: ReportViolation) => {
      const byRules = new Map<string, string[]>();
      for (const urn of [...args.resources.map((resource) => resource.urn), ""]) {
        const owner = urn === "" ? "the stack" : urn.slice(urn.lastIndexOf("::") + 2);
        const paths = [...unknown.values()].flatMap((values) => [...(values.get(urn) ?? [])]);
        for (const path of new Set(paths)) {
          const waiting = [...unknown.keys()].filter((rule) =>
            unknown.get(rule)!.get(urn)?.has(path),
          );
          const rules = waiting.join(", ");
          byRules.set(rules, [...(byRules.get(rules) ?? []), `\`${path}\` of ${owner}`]);
        }
      }
      const lines = [...byRules].map(([rules, values]) => `- ${values.join(", ")}: ${rules}`);
      if (lines.length > 0) {
        report(
          [
            "This preview does not know some values yet. The update judges them before it creates the resource:",
            ...lines,
          ].join("\n"),
        );
      }
    },
  };
}
