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
  };
}

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
