import { ANY_SEGMENT, prepareResource, remaindersAfter, type TemplatePart } from "./arn-scope";
import type { Statement } from "./document";
import { resourceArnsOf } from "./service-data";
import { isOpen } from "./wildcard";

/** Stands for a name in an ARN: no pattern has it, so only a wildcard takes it in. */
const ANY_NAME = "\uE010".repeat(12);
/** Patterns of one service that are compared with its types of resources; the shortest take in most. */
const MOST_PATTERNS = 100;

const reaches = new WeakMap<Statement, ResourceReach>();

/** What a statement's Resource or NotResource reaches; worked out once. */
export function resourceReachOf(statement: Statement): Reach {
  const { resources } = statement;
  if (resources?.negated === false && resources.patterns[0]?.isOpen === true) {
    return EVERYTHING;
  }
  let reach = reaches.get(statement);
  if (reach === undefined) {
    reach = new ResourceReach(statement);
    reaches.set(statement, reach);
  }
  return reach;
}

/** What a Resource or NotResource reaches. */
interface Reach {
  /** Whether it is every resource of a service. */
  isEverythingOf(service: string): boolean;
}

const EVERYTHING: Reach = { isEverythingOf: () => true };

class ResourceReach implements Reach {
  readonly #always: boolean | undefined;
  readonly #byService = new Map<string, Candidate[]>();
  readonly #anyService: Candidate[] = [];

  constructor({ resources, hasVariables }: Statement) {
    this.#always = alwaysOf(resources);
    if (this.#always === undefined) {
      for (const { text, service, endsOpen, openTail } of resources!.patterns) {
        // A pattern that ends in a literal leaves something out of every kind of resource.
        if (endsOpen) {
          const list =
            service === undefined ? this.#anyService : (this.#byService.get(service) ?? []);
          keepShortest(list, { text: prepareResource(text, hasVariables), tail: openTail });
          if (service !== undefined) {
            this.#byService.set(service, list);
          }
        }
      }
    }
  }

  /**
   * Whether it is every resource of a service: by a star, by an ARN pattern that leaves the whole resource part open (in at
   * least one region and account), by patterns that are open for each type of resource that the service has, or by naming
   * only what is left out.
   */
  isEverythingOf(service: string): boolean {
    if (this.#always !== undefined) {
      return this.#always;
    }
    const names = arnServicesOf(service);
    const patterns = [
      ...names.flatMap((name) => this.#byService.get(name) ?? []),
      ...this.#anyService,
    ];
    return (
      patterns.length > 0 &&
      (patterns.some((pattern) => isOpenFor(pattern, names)) ||
        isOpenForEveryType(patterns, service))
    );
  }
}

/** A pattern that ends open. */
interface Candidate {
  /** Prepared for comparison. */
  readonly text: string;
  /** Its resource part without the wildcards at the end; undefined where the pattern is no whole ARN. */
  readonly tail: string | undefined;
}

/** Adds to a list; of a long one, the shortest are kept. */
function keepShortest(list: Candidate[], candidate: Candidate): void {
  list.push(candidate);
  if (list.length > MOST_PATTERNS * 2) {
    list.sort((one, other) => one.text.length - other.text.length).splice(MOST_PATTERNS);
  }
}

function alwaysOf(resources: Statement["resources"]): boolean | undefined {
  if (resources === undefined) {
    return false;
  }
  const hasStar = resources.patterns.some((pattern) => pattern.isOpen);
  if (resources.negated) {
    return !resources.unknown && !hasStar;
  }
  return hasStar ? true : undefined;
}

function isOpenFor({ text, tail }: Candidate, arnServices: readonly string[]): boolean {
  if (tail !== undefined && tail !== "") {
    return false;
  }
  return arnServices.some((name) =>
    remaindersAfter(text, [
      "arn:",
      ANY_SEGMENT,
      `:${name}:`,
      ANY_SEGMENT,
      ":",
      ANY_SEGMENT,
      ":",
    ]).some((remainder) => isOpen(remainder.pattern)),
  );
}

function isOpenForEveryType(patterns: readonly Candidate[], service: string): boolean {
  const templates = resourceArnsOf(service);
  return (
    templates.length > 0 &&
    templates.every((template) => {
      const parts = partsOf(template);
      return patterns.some(
        (pattern) =>
          mayBeOfType(pattern, template) &&
          remaindersAfter(pattern.text, parts).some(
            ({ pattern: rest }) => rest === "" || rest === "*",
          ),
      );
    })
  );
}

/** A cheap test before the exact one: whether the resource part of a pattern starts as that of a template does. */
function mayBeOfType({ tail }: Candidate, template: string): boolean {
  if (tail === undefined || tail === "") {
    return true;
  }
  const named = literalStartOf(template);
  const written = /^[^*?$]*/.exec(tail)![0];
  return written.startsWith(named) || named.startsWith(written);
}

const literalStarts = new Map<string, string>();

/** The literal start of a template's resource part, such as `endpoint/`. */
function literalStartOf(template: string): string {
  let start = literalStarts.get(template);
  if (start === undefined) {
    const resource = template.split(":").slice(5).join(":");
    start = resource.split("${", 1)[0]!.toLowerCase();
    literalStarts.set(template, start);
  }
  return start;
}

const arnServices = new Map<string, readonly string[]>();

/** What a service is called in its ARNs, which is not always its prefix in actions. */
function arnServicesOf(service: string): readonly string[] {
  let names = arnServices.get(service);
  if (names === undefined) {
    const named = resourceArnsOf(service).map((template) => template.split(":")[2] ?? "");
    names = [...new Set([service, ...named.filter((name) => name !== "" && !name.includes("$"))])];
    arnServices.set(service, names);
  }
  return names;
}

const templateParts = new Map<string, readonly TemplatePart[]>();

/** An ARN template of the data set: partition, region and account may be anything, a name must be left open. */
function partsOf(template: string): readonly TemplatePart[] {
  let parts = templateParts.get(template);
  if (parts === undefined) {
    const segments = template.split(":");
    const front = segments.slice(0, 5).flatMap((segment, index): TemplatePart[] => {
      const text: TemplatePart = segment.startsWith("${") ? ANY_SEGMENT : segment.toLowerCase();
      return index === 0 ? [text] : [":", text];
    });
    const resource = segments.slice(5).join(":").toLowerCase();
    parts = [...front, `:${resource.replace(/\$\{[^}]*\}/g, ANY_NAME)}`];
    templateParts.set(template, parts);
  }
  return parts;
}
