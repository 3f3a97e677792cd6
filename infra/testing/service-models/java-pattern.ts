/** Java's named classes for ASCII, as what stands between brackets. */
const asciiClasses: Readonly<Record<string, string>> = {
  Alnum: "A-Za-z0-9",
  Alpha: "A-Za-z",
  ASCII: "\\x00-\\x7F",
  Digit: "0-9",
  Graph: "\\x21-\\x7E",
  Lower: "a-z",
  Print: "\\x20-\\x7E",
  Punct: "\\x21-\\x2F\\x3A-\\x40\\x5B-\\x60\\x7B-\\x7E",
  Space: "\\t\\n\\v\\f\\r ",
  Upper: "A-Z",
};

/** Patterns that {@link translate} has no rule for, translated by hand. */
const byHand: Readonly<Record<string, RegExp>> = {
  // Java ignores case from the flag in its middle on.
  "^(?![^:\\\\]*/action/|(?i).*<script>.*</script>.*)[^:\\\\]+$":
    /^(?![^:\\]*\/action\/|.*<[sS][cC][rR][iI][pP][tT]>.*<\/[sS][cC][rR][iI][pP][tT]>.*)[^:\\]+$/,
};

const mustStayEscaped = /[\^$\\.*+?()[\]{}|/]/;

/** Rewrites one escape sequence; `undefined` where JavaScript has none like it. */
function translateEscape(escape: string, inClass: boolean): string | undefined {
  const named = /^\\p\{(\w+)\}$/.exec(escape)?.[1];
  if (named !== undefined) {
    const ascii = asciiClasses[named];
    return ascii === undefined ? escape : inClass ? ascii : `[${ascii}]`;
  }
  const character = escape.slice(1);
  if (/^[A-Zhp]/.test(character)) {
    // \A, \Z, \Q, \h and their like mean something else, or nothing, in JavaScript.
    return /^[BDPSWp]/.test(character) ? escape : undefined;
  }
  const keeps = /^\w/.test(character) || mustStayEscaped.test(character);
  return keeps || (inClass && character === "-") ? escape : character;
}

/** Splits into escape sequences and single characters. */
function tokens(pattern: string): string[] {
  return (
    pattern.match(/\\[pPux]\{[^}]*\}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[\s\S]|[\s\S]/g) ?? []
  );
}

function translate(pattern: string): string | undefined {
  let inClass = false;
  let translated = "";
  for (const token of tokens(pattern)) {
    if (token.startsWith("\\")) {
      const escape = translateEscape(token, inClass);
      if (escape === undefined) {
        return undefined;
      }
      translated += escape;
    } else if (inClass && (token === "[" || (token === "&" && translated.endsWith("&")))) {
      // Unions and intersections of classes.
      return undefined;
    } else {
      inClass = token === "[" ? true : token === "]" ? false : inClass;
      translated += token;
    }
  }
  return translated;
}

const compiled = new Map<string, RegExp | undefined>();

/**
 * A Java regular expression of a service model as one of JavaScript that must match the whole text, as AWS's does.
 *
 * @returns undefined where it uses what JavaScript does not have: possessive quantifiers, inline flags, intersections of classes
 */
export function javaPattern(pattern: string): RegExp | undefined {
  if (!compiled.has(pattern)) {
    compiled.set(pattern, compile(pattern));
  }
  return compiled.get(pattern);
}

function compile(pattern: string): RegExp | undefined {
  if (byHand[pattern] !== undefined) {
    return byHand[pattern];
  }
  const translated = translate(pattern);
  if (translated === undefined) {
    return undefined;
  }
  for (const flags of ["u", ""]) {
    try {
      if (flags === "u" || !/\\[pP]\{/.test(translated)) {
        return new RegExp(`^(?:${translated})$`, flags);
      }
    } catch {
      // A hyphen beside a class, as in [\w-.], is an error only with the flag u.
    }
  }
  return undefined;
}
