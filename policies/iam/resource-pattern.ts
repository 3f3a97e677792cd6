import { isOpen } from "./wildcard";

/** A pattern of a Resource or NotResource element. */
export interface ResourcePattern {
  /** As written. */
  readonly text: string;
  /** Whether it is nothing but wildcards: every resource of every service. */
  readonly isOpen: boolean;
  /** The service that it spells out, in lower case; undefined where a wildcard may stand for it. */
  readonly service: string | undefined;
  /** Whether it ends in a wildcard; otherwise it leaves something out of every kind of resource. */
  readonly endsOpen: boolean;
  /**
   * Of a whole ARN that ends in a wildcard: its resource part without the wildcards at the end, in lower case. It leaves a kind
   * of resource open only if that kind's ARNs go on from there, as `role/` does from `rol`.
   */
  readonly openTail: string | undefined;
}

/** Takes a resource pattern apart. */
export function parseResource(text: string): ResourcePattern {
  const last = text.charCodeAt(text.length - 1);
  const endsOpen = last === STAR || last === QUESTION;
  return {
    text,
    isOpen: endsOpen && isOpen(text),
    service: literalServiceOf(text),
    endsOpen,
    openTail: endsOpen ? openTailOf(text) : undefined,
  };
}

/** Whether a pattern that ends in a wildcard may leave everything open that starts with `prefix` in its resource part. */
export function mayLeaveOpen({ endsOpen, openTail }: ResourcePattern, prefix: string): boolean {
  return endsOpen && (openTail === undefined || prefix.startsWith(openTail));
}

function openTailOf(text: string): string | undefined {
  let colon = -1;
  for (let colons = 0; colons < COLONS_BEFORE_RESOURCE; colons++) {
    colon = text.indexOf(":", colon + 1);
    if (colon < 0) {
      return undefined;
    }
  }
  let end = text.length;
  while (
    end > colon + 1 &&
    (text.charCodeAt(end - 1) === STAR || text.charCodeAt(end - 1) === QUESTION)
  ) {
    end--;
  }
  return text.slice(colon + 1, end).toLowerCase();
}

const COLONS_BEFORE_RESOURCE = 5;

const STAR = 0x2a;
const QUESTION = 0x3f;

function literalServiceOf(text: string): string | undefined {
  if (!/^arn:/i.test(text)) {
    return undefined;
  }
  const partition = text.indexOf(":", 4);
  const service = text.indexOf(":", partition + 1);
  if (partition < 0 || service < 0 || /[*?$]/.test(text.slice(4, service))) {
    return undefined;
  }
  return text.slice(partition + 1, service).toLowerCase();
}
