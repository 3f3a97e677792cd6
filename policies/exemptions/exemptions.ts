import { readExemptions, type Entry, type ExemptionFile } from "./file";
import { fingerprintOf } from "./fingerprint";
import { isForOtherStack, namesResource, subjectOf } from "./match";

/** A finding as exemptions see it. */
interface SeenFinding {
  readonly rule: string;
  readonly urn: string | undefined;
  readonly fingerprint: string;
}

/** Which findings are exempt, and which exemptions are of no use any more. */
export class Exemptions {
  readonly #used = new Set<Entry>();
  readonly #seen = new Map<string, SeenFinding>();
  #configured: string | undefined;
  #file: ExemptionFile | undefined;

  /**
   * @param rules - the names of all rules
   * @param today - the day as `YYYY-MM-DD` (UTC)
   */
  constructor(
    private readonly rules: readonly string[],
    private readonly today = () => new Date().toISOString().slice(0, 10),
  ) {}

  /** Takes another file than the default one from now on; an empty name stands for the default one. */
  readFrom(configured: string | undefined): void {
    if (configured !== this.#configured) {
      this.#configured = configured;
      this.#file = undefined;
    }
  }

  /** What the file says; it is read when it is first needed. */
  get file(): ExemptionFile {
    return (this.#file ??= readExemptions(this.#configured, this.rules));
  }

  /** The fingerprint of a finding, and whether the finding is exempt; an exemption that makes it so counts as used. */
  judge(
    rule: string,
    urn: string | undefined,
    message: string,
  ): { fingerprint: string; isExempt: boolean } {
    const fingerprint = fingerprintOf(rule, subjectOf(urn), message);
    this.#seen.set(`${fingerprint} ${urn ?? ""}`, { rule, urn, fingerprint });
    const exempting = this.file.entries.filter(
      (entry) =>
        entry.rule === rule &&
        entry.fingerprint === fingerprint &&
        !this.#isExpired(entry) &&
        namesResource(entry.resource, urn),
    );
    exempting.forEach((entry) => this.#used.add(entry));
    return { fingerprint, isExempt: exempting.length > 0 };
  }

  /**
   * The entries that are to be deleted or renewed, one sentence each; to be asked for when everything has been judged.
   *
   * @param urns - every resource of the stack
   * @param isOpen - whether a rule could not yet judge all of a resource: what it may still find cannot be missed
   */
  stale(urns: readonly string[], isOpen: (rule: string, urn: string) => boolean): string[] {
    return this.file.entries.flatMap((entry) => {
      if (this.#isExpired(entry)) {
        return `${entry.place} expired on ${entry.expires}: fix the finding, or have ${entry.owner} renew it. It does not count any more.`;
      }
      const isElsewhere = urns.length > 0 && isForOtherStack(entry.resource, urns[0]!);
      const mayFind = urns.some(
        (urn) => namesResource(entry.resource, urn) && isOpen(entry.rule, urn),
      );
      return this.#used.has(entry) || isElsewhere || mayFind
        ? []
        : `${entry.place} exempts nothing in this stack: ${this.#whyUnused(entry)}`;
    });
  }

  #isExpired({ expires }: Entry): boolean {
    return this.today() > expires;
  }

  #whyUnused({ rule, resource, fingerprint }: Entry): string {
    const findings = [...this.#seen.values()].filter((finding) => finding.rule === rule);
    const moved = findings.find((finding) => finding.fingerprint === fingerprint);
    if (moved !== undefined) {
      return `the finding ${fingerprint} is one of ${subjectOf(moved.urn)}, which ${JSON.stringify(resource)} does not match.`;
    }
    const changed = findings.filter(({ urn }) => namesResource(resource, urn));
    return changed.length === 0
      ? `${rule} finds nothing in ${resource}. Delete the entry.`
      : `what ${rule} finds in ${resource} has changed (now ${changed.map((each) => each.fingerprint).join(", ")}). Judge it anew.`;
  }
}
