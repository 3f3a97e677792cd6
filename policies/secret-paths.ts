/** Which properties of which resource Pulumi holds as secrets. */
export class SecretPaths {
  readonly #byUrn = new Map<string, ReadonlySet<string>>();

  note(urn: string, paths: readonly string[]): void {
    this.#byUrn.set(urn, new Set(paths));
  }

  /** Paths such as `environment.variables.TOKEN`. */
  of(urn: string): ReadonlySet<string> {
    return this.#byUrn.get(urn) ?? new Set();
  }
}
