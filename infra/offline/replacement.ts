import { kinds } from "./aws-resource-kinds";

type Properties = Readonly<Record<string, unknown>>;

/** Parts of properties that can only be replaced, by type and property; the rest of the property is changed in place. */
const replacedByPart: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "aws:sagemaker/endpoint:Endpoint": { deploymentConfig: "autoRollbackConfiguration" },
};

/** Whether changing `property` replaces a resource of `type`, as far as that is known; tags never do. */
export function replacedBy(
  type: string,
  property: string,
  olds: Properties,
  news: Properties,
): boolean {
  const part = replacedByPart[type]?.[property];
  if (part !== undefined) {
    const [former, next] = [olds, news].map((all) =>
      JSON.stringify((all[property] as Properties | undefined)?.[part]),
    );
    return former !== next;
  }
  const kind = kinds[type];
  if (property === "tags" || property === "tagsAll" || kind === undefined) {
    return false;
  }
  const { id, namedBy, replacedBy: others = [] } = kind;
  return (
    others === "all" ||
    others.includes(property) ||
    id.includes(`{input.${property}}`) ||
    (id.includes("{name}") && [namedBy, `${namedBy}Prefix`].includes(property))
  );
}

/**
 * Whether a resource goes before its replacement comes: two can't have the name that the program gives.
 *
 * Source: nameRequiresDeleteBeforeReplace of pulumi-terraform-bridge.
 */
export function deletedBeforeReplacedBy(type: string, olds: Properties, news: Properties): boolean {
  const namedBy = kinds[type]?.namedBy;
  return namedBy !== undefined && news[namedBy] !== undefined && olds[namedBy] === news[namedBy];
}
