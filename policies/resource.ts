import { UNKNOWN } from "./iam/unknown";

/** What comes over the wire has no static type. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Wire = any;

/** A resource as a rule sees it. */
export interface JudgedResource {
  /** The Pulumi type token, such as `aws:iam/role:Role`. */
  readonly type: string;
  /** The logical name in the program. */
  readonly name: string;
  readonly urn: string;
  /**
   * The properties, secrets unwrapped. Touching one that a preview does not know yet throws UnknownValueError, which the
   * framework turns into a finding that names it: a rule cannot pass over an unknown value by accident.
   */
  readonly properties: Readonly<Record<string, Wire>>;
  /** The same properties as plain data, with `UNKNOWN` where a value is not known yet. */
  readonly known: Readonly<Record<string, unknown>>;
  /** Paths of the properties that Pulumi holds as secrets, such as `environment.variables.TOKEN`. */
  readonly secrets: ReadonlySet<string>;
  /** By property, the expressions of a template that stand for values which are not known. */
  readonly unresolved?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The provider's properties, such as `defaultTags` (a JSON string). */
  readonly provider: Readonly<Record<string, unknown>>;
  /** In a stack check: the parent, where it has one. */
  readonly parent?: JudgedResource;
  /** In a stack check: everything it depends on. */
  readonly dependencies: readonly JudgedResource[];
  /** In a stack check: what each property was computed from. */
  readonly propertyDependencies: Readonly<Record<string, readonly JudgedResource[]>>;
}

/** All resources of a stack. */
export interface JudgedStack {
  readonly resources: readonly JudgedResource[];
  /** The resources of any of these types. */
  ofType(...types: string[]): readonly JudgedResource[];
}

/** What a resource is called. */
export type Named = Pick<JudgedResource, "urn" | "name">;

/** A rule touched a value that a preview does not know yet. */
export class UnknownValueError extends Error {
  constructor(
    readonly resource: Named,
    readonly path: string,
  ) {
    super(`${path} of ${resource.urn} is not known yet`);
    this.name = "UnknownValueError";
  }
}

// The sentinels and signatures of Pulumi's wire format (sdk/nodejs/runtime/rpc.ts and @pulumi/policy's proxy.ts).
const UNKNOWN_SENTINELS = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/**
 * A deep, plain copy of what the engine sends: secrets and outputs unwrapped, `UNKNOWN` in place of what is not known yet.
 *
 * @param noteSecret is told the path of each secret, such as `environment.variables.TOKEN`
 */
export function plain(
  value: unknown,
  noteSecret: (path: string) => void = () => undefined,
  path = "",
): unknown {
  if (typeof value === "string") {
    return UNKNOWN_SENTINELS.has(value) ? UNKNOWN : value;
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const at = (key: number | string, each: unknown): unknown =>
    plain(each, noteSecret, joined(path, key, value));
  if (Array.isArray(value)) {
    return value.map((each: unknown, index) => at(index, each));
  }
  const fields = value as Readonly<Record<string, unknown>>;
  if (fields[SIGNATURE_KEY] === SECRET_SIGNATURE) {
    noteSecret(path);
    return plain(fields["value"]);
  }
  if (fields[SIGNATURE_KEY] === OUTPUT_SIGNATURE) {
    return "value" in fields ? plain(fields["value"], noteSecret, path) : UNKNOWN;
  }
  return Object.fromEntries(Object.entries(fields).map(([key, each]) => [key, at(key, each)]));
}

/** The path of a part, such as `productionVariants[0].instanceType`. */
export function joined(path: string, key: number | string, whole: object): string {
  return Array.isArray(whole) ? `${path}[${key}]` : path === "" ? String(key) : `${path}.${key}`;
}

/** Wraps plain data so that touching an `UNKNOWN` throws UnknownValueError with its path. */
function guarded<T extends object>(data: T, resource: Named, path = ""): T {
  return new Proxy(data, {
    get(target, key): unknown {
      const value: unknown = Reflect.get(target, key);
      const at = joined(path, String(key), target);
      if (value === UNKNOWN) {
        throw new UnknownValueError(resource, at);
      }
      return typeof value === "object" && value !== null ? guarded(value, resource, at) : value;
    },
  });
}

/** A resource as the engine sends it, in Pulumi's wire format. */
export interface EngineResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly unresolved?: JudgedResource["unresolved"];
  /** Its provider's properties. */
  readonly provider?: Readonly<Record<string, unknown>>;
}

/** A resource as a rule sees it, without its place in the stack. */
export function judgedResource({
  type,
  name,
  urn,
  props,
  unresolved,
  provider,
}: EngineResource): JudgedResource {
  const secrets = new Set<string>();
  const known = plain(props, (path) => secrets.add(path)) as Record<string, unknown>;
  return {
    ...{ type, name, urn, known, secrets, unresolved },
    properties: guarded(known, { urn, name }),
    provider: plain(provider ?? {}) as Record<string, unknown>,
    dependencies: [],
    propertyDependencies: {},
  };
}
