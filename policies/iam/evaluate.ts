import { BlockList, isIP } from "node:net";

/**
 * Decides one concrete request as IAM does, from the documents as they are written. It shares nothing with the algebra, whose
 * answers it confirms.
 */

/** A concrete request. */
export interface Request {
  /** Undefined where the documents are of the caller itself; otherwise kind and value, such as `{ AWS: "arn:…" }`. */
  readonly principal?: Readonly<Record<string, string>>;
  /** Such as `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
  /** The condition context: a key that may have several values has a list. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Whether documents that apply together, parsed and free of problems, allow a request. */
export function isAllowed(documents: readonly unknown[], request: Request): boolean {
  const applying = documents.flatMap(statementsOf).filter((each) => applies(each, request));
  return (
    applying.some(({ fields }) => fields["Effect"] === "Allow") &&
    !applying.some(({ fields }) => fields["Effect"] === "Deny")
  );
}

interface Written {
  readonly fields: Fields;
  readonly variables: boolean;
}

export function statementsOf(document: unknown): Written[] {
  // A document that is not known yet has none.
  const { Version: version, Statement: statement = [] } = document as Fields;
  return (list(statement) as Fields[]).map((fields) => ({
    fields,
    variables: version === "2012-10-17",
  }));
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function applies({ fields, variables }: Written, request: Request): boolean {
  const {
    Action: action,
    NotAction: notAction,
    Resource: resource,
    NotResource: notResource,
  } = fields;
  const isAction = (patterns: unknown): boolean =>
    list(patterns).some((each) => isLike(String(each).toLowerCase(), request.action.toLowerCase()));
  const isOfIdentity = (fields["Principal"] ?? fields["NotPrincipal"]) === undefined;
  const isResource = (patterns: unknown): boolean =>
    (isOfIdentity ? arnsOf(patterns, variables) : list(patterns)).some((each) => {
      const pattern = filledIn(String(each), variables, request.context);
      return pattern !== undefined && isLike(pattern, request.resource);
    });
  return (
    (notAction === undefined ? isAction(action) : !isAction(notAction)) &&
    (notResource === undefined
      ? resource === undefined || isResource(resource)
      : !isResource(notResource)) &&
    isPrincipal(fields, request.principal) &&
    Object.entries((fields["Condition"] ?? {}) as Record<string, Record<string, unknown>>).every(
      ([operator, keys]) =>
        Object.entries(keys).every(([key, values]) =>
          isMet(
            operator.toLowerCase(),
            valueIn(request.context, key),
            list(values).map(String),
            variables ? request.context : undefined,
          ),
        ),
    )
  );
}

/** Where fields of an ARN are missing, AWS takes each for a star; those that are there may hold a star that spans several. */
export function arnsOf(patterns: unknown, variables: boolean): string[] {
  return list(patterns)
    .map(String)
    .flatMap((text) => {
      const colons = (variables ? text.replace(/\$\{.*?\}/g, "") : text).replace(
        /[^:]/g,
        "",
      ).length;
      const isShort = /^arn:/i.test(text) && colons < 5;
      const whole = text + ":*".repeat(Math.max(0, 5 - colons));
      return isShort ? (/[*?].*:/.test(text) ? [text, whole] : [whole]) : [text];
    });
}

function valueIn(context: Request["context"], key: string): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : (list(found[1]) as string[]);
}

/** A pattern with the values of its variables, whose wildcards are characters; undefined where a value is missing. */
function filledIn(
  pattern: string,
  variables: boolean,
  context: Request["context"],
): string | undefined {
  if (!variables) {
    return pattern;
  }
  let isComplete = true;
  const filled = pattern.replace(/\$\{([^{}]*)\}/g, (_, written: string) => {
    if (["*", "?", "$"].includes(written)) {
      return `${LITERAL}${written}`;
    }
    const [name = "", byDefault] = written.split(/\s*,\s*/);
    const value = valueIn(context, name.trim())?.[0] ?? byDefault?.replace(/^'|'$/g, "");
    isComplete &&= value !== undefined;
    return (value ?? "").replace(/[*?]/g, `${LITERAL}$&`);
  });
  return isComplete ? filled : undefined;
}

/** Before a star or question mark that is meant as a character. */
const LITERAL = "\uE020";

function isLike(pattern: string, text: string): boolean {
  let [at, inText, star, resume] = [0, 0, -1, 0];
  while (inText < text.length) {
    const isLiteral = pattern[at] === LITERAL;
    const expected = isLiteral ? pattern[at + 1] : pattern[at];
    if (!isLiteral && expected === "*") {
      star = at++;
      resume = inText;
    } else if (expected === text[inText] || (!isLiteral && expected === "?")) {
      at += isLiteral ? 2 : 1;
      inText++;
    } else if (star >= 0) {
      at = star + 1;
      inText = ++resume;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}

function isPrincipal(fields: Fields, principal: Request["principal"]): boolean {
  const { Principal: named, NotPrincipal: excepted } = fields;
  if (named === undefined && excepted === undefined) {
    return true;
  }
  const [kind, value] = Object.entries(principal ?? {})[0] ?? ["", ""];
  const isNamed = (element: unknown, withSessions: boolean): boolean =>
    element === "*" ||
    Object.entries(element as Record<string, unknown>).some(([each, values]) =>
      (list(values) as string[]).some(
        (one) =>
          (each === "AWS" && one === "*") ||
          (each === kind &&
            (isSamePrincipal(one, value) || (withSessions && isSessionOf(one, value)))),
      ),
    );
  return excepted === undefined ? isNamed(named, true) : !isNamed(excepted, false);
}

function isSamePrincipal(named: string, value: string): boolean {
  const [, partition = "aws", account] =
    /^(?:arn:([^:]*):iam::)?(\d{12})(?::root)?$/.exec(named) ?? [];
  const [, ofPartition, , , ofAccount] = value.split(":");
  return (
    named === value ||
    isLike(named, value) ||
    (account !== undefined && account === ofAccount && partition === ofPartition)
  );
}

/** Whether a principal is a session of a named role. */
function isSessionOf(named: string, value: string): boolean {
  const [arn, name] = [named.split(":"), named.split("/").pop()];
  return (
    arn[5]?.startsWith("role/") === true &&
    value.startsWith(["arn", arn[1], "sts", "", arn[4], `assumed-role/${name}/`].join(":"))
  );
}

function isMet(
  operator: string,
  given: readonly string[] | undefined,
  values: readonly string[],
  context: Request["context"] | undefined,
): boolean {
  const [quantifier, base] = operator.includes(":")
    ? (operator.split(":") as [string, string])
    : ["", operator];
  const plain = base.replace(/ifexists$/, "");
  if (plain === "null") {
    return values.some((value) => value.toLowerCase() === String(given === undefined));
  }
  const isNegated = plain.includes("not");
  if (given === undefined || given.length === 0) {
    return (
      base.endsWith("ifexists") ||
      quantifier.startsWith("forall") ||
      (isNegated && quantifier === "")
    );
  }
  const isMetBy = (value: string): boolean =>
    values.some((each) => compares(plain.replace("not", ""), value, each, context)) !== isNegated;
  return quantifier.startsWith("forall") ? given.every(isMetBy) : given.some(isMetBy);
}

function compares(
  operator: string,
  value: string,
  written: string,
  context: Request["context"] | undefined,
): boolean {
  const wanted = context === undefined ? written : filledIn(written, true, context);
  if (wanted === undefined) {
    return false;
  }
  const plain = wanted.replaceAll(LITERAL, "");
  switch (operator) {
    case "stringequals":
    case "binaryequals":
      return value === plain;
    case "stringequalsignorecase":
      return value.toLowerCase() === plain.toLowerCase();
    case "stringlike":
      return isLike(wanted, value);
    case "arnlike":
    case "arnequals":
      return isArnLike(wanted, value);
    case "bool":
      return value.toLowerCase() === wanted.toLowerCase();
    case "ipaddress":
      return isInBlock(value, wanted);
    default: {
      const read = operator.startsWith("date") ? dateOf : numberOf;
      const [one, other] = [read(value), read(wanted)];
      switch (operator.replace(/^numeric|^date/, "")) {
        case "equals":
          return one === other;
        case "lessthan":
          return one < other;
        case "lessthanequals":
          return one <= other;
        case "greaterthan":
          return one > other;
        default:
          return one >= other;
      }
    }
  }
}

function numberOf(text: string): number {
  return /^\s*[-+]?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : NaN;
}

function dateOf(text: string): number {
  return /^(\d{5,}|0)$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

function isArnLike(pattern: string, value: string): boolean {
  const split = (text: string): string[] => {
    const parts = text.split(":");
    return [...parts.slice(0, 5), parts.slice(5).join(":")];
  };
  if (pattern.split(":").length < 6) {
    return isLike(pattern, value);
  }
  const [patterns, values] = [split(pattern), split(value)];
  return patterns.every((part, index) => isLike(part, values[index]!));
}

function isInBlock(address: string, block: string): boolean {
  const [network, length] = block.split("/") as [string, string | undefined];
  const version = isIP(address);
  const prefix = Number(length ?? (version === 4 ? 32 : 128));
  if (version === 0 || isIP(network) !== version || !(prefix <= (version === 4 ? 32 : 128))) {
    return false;
  }
  const family = version === 4 ? "ipv4" : "ipv6";
  const blocks = new BlockList();
  blocks.addSubnet(network, prefix, family);
  return blocks.check(address, family);
}
