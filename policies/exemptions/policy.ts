import type {
  Policies,
  ReportViolation,
  ResourceValidationArgs,
  StackValidationArgs,
} from "@pulumi/policy";
import type { Exemptions } from "./exemptions";
import { FILE_VARIABLE } from "./file";

type PackPolicy = Policies[number];

/** Reads the file and names what cannot be used in it. Comes first: the other policies do not see where its file is. */
export function exemptionsPolicy(exemptions: Exemptions): PackPolicy {
  const configure = (args: ResourceValidationArgs | StackValidationArgs): void => {
    const { file } = args.getConfig<{ file?: string }>();
    exemptions.readFrom(file);
  };
  return {
    name: "exemptions",
    description: "Every exemption can be read: all its fields, a rule that exists, a date.",
    enforcementLevel: "mandatory",
    severity: "medium",
    remediationSteps:
      'Write each as { "rule", "resource", "fingerprint", "reason", "owner", "expires" }; the finding shows its fingerprint.',
    configSchema: {
      properties: {
        file: {
          type: "string",
          default: "",
          description: `The file of the exemptions; a relative path starts at the pack's folder. By default that of ${FILE_VARIABLE}, or exemptions.json.`,
        },
      },
    },
    // The engine judges the stack resource before all others, so that every rule finds the file configured.
    validateResource: configure,
    validateStack: (args: StackValidationArgs, report: ReportViolation) => {
      configure(args);
      exemptions.file.problems.forEach((problem) => report(problem));
    },
  };
}

/** Names the exemptions that have expired or that exempt nothing. Comes last: then every rule has said what it finds. */
export function staleExemptionsPolicy(
  exemptions: Exemptions,
  isOpen: (rule: string, urn: string) => boolean,
): PackPolicy {
  return {
    name: "stale-exemptions",
    description: "No exemption outlives its date or its finding.",
    enforcementLevel: "advisory",
    severity: "low",
    remediationSteps: "Delete the entry; what it exempted and is still found fires again.",
    validateStack: (args: StackValidationArgs, report: ReportViolation) => {
      const urns = args.resources.map(({ urn }) => urn);
      exemptions.stale(urns, isOpen).forEach((problem) => report(problem));
    },
  };
}
