import * as pulumi from "@pulumi/pulumi";

/** What a type of resource, or one resource, was called before. */
export interface Rename {
  /** The present type, such as `kennel:index:Classifier`. */
  readonly type: string;
  /**
   * The present name.
   * @default every resource of the type
   */
  readonly name?: string;
  /**
   * What was different: another `name`, `type` or `parent`.
   *
   * @param name the resource's present name
   */
  readonly formerly: (name: string) => pulumi.Alias;
}

/**
 * Every rename since a stack was first deployed, so that a refactoring replaces nothing: who renames a component's type or a
 * resource, or moves it below another parent, adds a line here in the same commit, and leaves it for good.
 *
 * Children need none: their parents' former names count for them. An example, for a component that was once `Endpoint`:
 *
 *     { type: "kennel:index:Classifier", formerly: () => ({ type: "kennel:index:Endpoint" }) }
 */
export const renames: readonly Rename[] = [];

/** Tells the engine what was called otherwise before; to be called before the first resource. */
export function registerAliases(known: readonly Rename[] = renames): void {
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    const aliases = known
      .filter((rename) => rename.type === type && (rename.name ?? name) === name)
      .map(({ formerly }) => formerly(name));
    return aliases.length === 0
      ? undefined
      : { props, opts: pulumi.mergeOptions(opts, { aliases }) };
  });
}
