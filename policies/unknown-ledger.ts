/** Remembers which values each rule could not judge, from the check of a resource to the check of the whole stack. */
export class UnknownLedger {
  /** By URN, then by rule: the paths that were not known. An empty set means that the rule judged all of the resource. */
  readonly #byUrn = new Map<string, Map<string, Set<string>>>();

  /** A rule starts to judge a resource: what it did not know before counts no longer. */
  begin(rule: string, urn: string): void {
    this.#rulesOf(urn).set(rule, new Set());
  }

  /** A rule needed the value at `path`, which is not known yet. */
  add(rule: string, urn: string, path: string): void {
    const rules = this.#rulesOf(urn);
    rules.set(rule, (rules.get(rule) ?? new Set()).add(path));
  }

  /** Whether the rule has seen every value of the resource that it needs. */
  isJudged(rule: string, urn: string): boolean {
    return this.#byUrn.get(urn)?.get(rule)?.size === 0;
  }

  /** The unknown values of a resource, each with the rules that wait for it. */
  unknownsOf(urn: string): readonly { path: string; rules: readonly string[] }[] {
    const byPath = new Map<string, string[]>();
    for (const [rule, paths] of this.#byUrn.get(urn) ?? []) {
      for (const path of paths) {
        byPath.set(path, [...(byPath.get(path) ?? []), rule]);
      }
    }
    return [...byPath].map(([path, rules]) => ({ path, rules }));
  }

  #rulesOf(urn: string): Map<string, Set<string>> {
    let rules = this.#byUrn.get(urn);
    if (rules === undefined) {
      rules = new Map();
      this.#byUrn.set(urn, rules);
    }
    return rules;
  }
}
