import type { JudgedResource } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { ENDPOINT_CONFIGURATION, MODEL } from "./types";

export const replaceableName = defineRule({
  name: "replaceable-name",
  what: "Models and endpoint configurations have no fixed name.",
  why: "AWS can't change either of them, so every change is a replacement, and Pulumi creates the new one first: under a fixed name that fails, or takes the endpoint down where deleteBeforeReplace gets around it.",
  howToFix:
    "Leave the name out and Pulumi makes one; or give an endpoint configuration a prefix. A name that ends in a hash of the content is another one whenever the content is, and also passes.",
  example: [
    "new aws.sagemaker.Model(name, { /* no name */ … });",
    'new aws.sagemaker.EndpointConfiguration(name, { namePrefix: "dogs-", … });',
  ],
  severity: "medium",
  level: "mandatory",
  standards: { nist80053r5: "CM-3, CP-10" },
  types: [MODEL, ENDPOINT_CONFIGURATION],
  *check(resource): Generator<Outcome> {
    const { name } = resource.properties;
    const isFixed = name && !resource.properties["namePrefix"] && !hasContentHash(name);
    if (isFixed && !isMadeByPulumi(name, resource)) {
      const isModel = resource.type === MODEL;
      yield {
        message: `${resource.name} has the fixed name ${name}: its next change can't be deployed, because AWS has to replace it.`,
        fix: isModel
          ? "Leave name out."
          : `namePrefix: ${JSON.stringify(`${name}-`)}, // instead of name`,
      };
    }
  },
});

/**
 * The engine judges inputs that the provider has completed: a name that it made is listed in `__defaults`. State has no such
 * list, but the name shows it: the logical name, a hyphen and random hexadecimal digits.
 */
function isMadeByPulumi(name: string, resource: JudgedResource): boolean {
  const defaults: unknown = resource.known["__defaults"];
  const isListed = Array.isArray(defaults) && defaults.includes("name");
  return (isListed && name !== resource.name) || hasRandomSuffix(name, resource.name);
}

/** A hyphen and at least six hexadecimal digits, one of them a figure and one a letter, at the end of the name. */
function hasContentHash(name: string): boolean {
  const [, suffix = ""] = /[-_]([0-9a-f]{6,64})$/i.exec(name) ?? [];
  return /\d/.test(suffix) && /[a-f]/i.test(suffix);
}

function hasRandomSuffix(name: string, logicalName: string): boolean {
  const prefix = `${logicalName}-`.toLowerCase();
  return name.toLowerCase().startsWith(prefix) && /^[0-9a-f]{7,}$/.test(name.slice(prefix.length));
}
