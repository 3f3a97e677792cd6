import { kinds } from "../../infra/offline/aws-resource-kinds";
import { deletedBeforeReplacedBy, replacedBy } from "../../infra/offline/replacement";
import { documentTypes } from "../../policies/documents";
import { plain } from "../../policies/resource";
import type { RegisteredResource } from "../../infra/offline/registrations";
import { type ChangeKind, consequences } from "./consequences";
import type { Side } from "./side";
import { formerUrns, shortUrn } from "./urns";
import { same, type ValueChange, valueChanges } from "./values";

/** What a change does to one resource. */
export interface ResourceChange {
  readonly kind: ChangeKind;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** What of it changes; empty where it is created or deleted. */
  readonly properties: readonly ValueChange[];
  /** Properties that get other values because what they come from is replaced. */
  readonly follows: readonly { readonly property: string; readonly replacementOf: string }[];
  /** What replaces it: properties, or the resources that it is made from. */
  readonly because: readonly string[];
  /** What is interrupted, lost, kept or refused. */
  readonly consequences: readonly string[];
}

/**
 * How two sides differ, resource by resource, in the order of the program.
 *
 * @param moves whether the stack goes to another region, whose provider replaces everything that the former one made
 */
export function resourceChanges(before: Side, after: Side, moves: boolean): ResourceChange[] {
  const former = new Map(before.resources.map((each) => [each.urn, each]));
  const present = new Map(after.resources.map((each) => [each.urn, each]));
  const replaced = new Map<string, string>();
  const found: ResourceChange[] = [];
  const kept = new Set<string>();
  for (const resource of inOrder(present)) {
    const old = [...formerUrns(resource, present)].map((urn) => former.get(urn)).find(Boolean);
    if (old !== undefined) {
      kept.add(old.urn);
    }
    if (!isShown(resource)) {
      continue;
    }
    const change =
      old === undefined
        ? describe("created", resource)
        : moves
          ? move(old, resource)
          : compare(old, resource, replaced);
    if (change !== undefined) {
      found.push(change);
    }
    if (change?.kind === "replaced") {
      replaced.set(resource.urn, shortUrn(resource.urn));
    }
  }
  const gone = [...former.values()].filter((each) => isShown(each) && !kept.has(each.urn));
  return [...found, ...gone.map((each) => describe("deleted", each))];
}

/** What depends on others after them: registration waits for values, and its order is not that of dependencies alone. */
function inOrder(resources: ReadonlyMap<string, RegisteredResource>): RegisteredResource[] {
  const ordered = new Map<string, RegisteredResource>();
  const visit = (resource: RegisteredResource, path: ReadonlySet<string>): void => {
    if (ordered.has(resource.urn) || path.has(resource.urn)) {
      return;
    }
    const below = new Set(path).add(resource.urn);
    [...resource.propertyDependencies.values()]
      .flat()
      .flatMap((urn) => resources.get(urn) ?? [])
      .forEach((each) => visit(each, below));
    ordered.set(resource.urn, resource);
  };
  resources.forEach((resource) => visit(resource, new Set()));
  return [...ordered.values()];
}

/** Components and providers are the program's own affair: what is made in AWS is shown. */
function isShown({ custom, type }: RegisteredResource): boolean {
  return custom && !type.startsWith("pulumi:");
}

function describe(kind: "created" | "deleted", resource: RegisteredResource): ResourceChange {
  const { urn, type, name } = resource;
  const change = { kind, urn, type, name, properties: [], follows: [], because: [] };
  return { ...change, consequences: consequences(kind, resource, []) };
}

function compare(
  old: RegisteredResource,
  resource: RegisteredResource,
  replaced: ReadonlyMap<string, string>,
): ResourceChange | undefined {
  const { urn, type, name, inputs, options } = resource;
  const keys = [...new Set([...Object.keys(old.inputs), ...Object.keys(inputs)])].filter(
    (key) => !options.ignoreChanges.includes(key),
  );
  const properties = keys.flatMap((key) =>
    isPolicy(type, key) && !same(plain(old.inputs[key]), plain(inputs[key]))
      ? [{ path: key, from: REWRITTEN, to: REWRITTEN }]
      : valueChanges(old.inputs[key], inputs[key], key, (path) => isPrivate(type, path)),
  );
  const touched = new Set(properties.map(({ path }) => topOf(path)));
  const follows = keys.flatMap((key) => {
    const origin = (resource.propertyDependencies.get(key) ?? []).find((each) =>
      replaced.has(each),
    );
    return origin === undefined || touched.has(key)
      ? []
      : [{ property: key, replacementOf: replaced.get(origin)! }];
  });
  const [olds, news] = [plain(old.inputs), plain(inputs)] as [Properties, Properties];
  const replaces = (key: string): boolean =>
    replacedBy(type, key, olds, news) ||
    options.replaceOnChanges.some((each) => each === "*" || topOf(each) === key);
  const because = [
    ...[...touched].filter(replaces),
    ...byOrigin(follows.filter(({ property }) => replaces(property))),
  ];
  if (properties.length + follows.length + because.length === 0) {
    return undefined;
  }
  const kind = because.length > 0 ? "replaced" : "updated";
  const inDoubt =
    kind === "updated" && type.startsWith("aws") && !(type in kinds) && !isTags(touched)
      ? ["may be replaced instead: what replaces this type is not known here"]
      : [];
  const isGap =
    kind === "replaced" &&
    (options.deleteBeforeReplace || deletedBeforeReplacedBy(type, olds, news));
  return {
    ...{ kind, urn, type, name, because, properties, follows },
    consequences: [
      ...consequences(
        kind,
        { ...resource, options: old.options },
        [...touched, ...follows.map(({ property }) => property)],
        isGap,
      ),
      ...inDoubt,
    ],
  };
}

/** Such as `bucket and key, with aws:s3:Bucket data`. */
function byOrigin(follows: ResourceChange["follows"]): string[] {
  return [...new Set(follows.map(({ replacementOf }) => replacementOf))].map((origin) => {
    const of = follows.filter(({ replacementOf }) => replacementOf === origin);
    return `${of.map(({ property }) => property).join(" and ")}, with ${origin}`;
  });
}

function move(old: RegisteredResource, resource: RegisteredResource): ResourceChange {
  const change = compare(old, resource, new Map());
  const { urn, type, name } = resource;
  return {
    ...{ kind: "replaced", urn, type, name, because: ["region"], follows: [] },
    properties: change?.properties ?? [],
    consequences: consequences("replaced", { ...resource, options: old.options }, []),
  };
}

type Properties = Readonly<Record<string, unknown>>;

/** What is said of a policy: its statements are the affair of the access section. */
const REWRITTEN = "(see Access)";

function isPolicy(type: string, key: string): boolean {
  return /polic/i.test(key) && POLICY_TYPES.has(type);
}

const POLICY_TYPES = new Set(documentTypes());

function topOf(path: string): string {
  return /^[^.[]*/.exec(path)![0];
}

function isTags(touched: ReadonlySet<string>): boolean {
  return [...touched].every((key) => key === "tags" || key === "tagsAll");
}

/** Where programs put what should have been a secret: it is compared, and not shown. */
function isPrivate(type: string, path: string): boolean {
  return (
    /^(environment|userData|userDataBase64|content|secretString|password|masterPassword)\b/.test(
      path,
    ) ||
    (type.startsWith("aws:ssm/") && path === "value")
  );
}
