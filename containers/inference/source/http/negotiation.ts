import { RequestError } from "../errors";
import { photoMediaTypes } from "../photo/format";

/** Scores alone, `[[…]]`. */
export const plainJson = "application/json";
/** Labels, probabilities, scores and timings. */
export const kennelJson = "application/vnd.kennel+json";

const answers = [plainJson, kennelJson] as const;
export type AnswerType = (typeof answers)[number];

/** What a request's body holds: a photo, or JSON with a photo's address. */
export type BodyKind = "photo" | "json";

/**
 * Chooses the answer's media type by RFC 9110's rules: the highest weight wins, then the more specific range, then the order above.
 * @throws RequestError 406 if none is acceptable
 */
export function answerType(accept: string | undefined): AnswerType {
  if (accept === undefined || accept.trim() === "") return plainJson;
  const ranges = accept.split(",").map(parseRange);
  let best: { type: AnswerType; weight: number } | undefined;
  for (const type of answers) {
    const matching = ranges.filter(({ range }) => covers(range, type));
    const specific = matching.sort((a, b) => specificity(b.range) - specificity(a.range))[0];
    const weight = specific?.weight ?? 0;
    if (weight > (best?.weight ?? 0)) best = { type, weight };
  }
  if (best) return best.type;
  throw new RequestError(
    406,
    "not_acceptable",
    `No answer is available as ${printable(accept)}: accept ${answers.join(" or ")}.`,
  );
}

function parseRange(text: string): { range: string; weight: number } {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  return { range, weight: weight === undefined ? 1 : Number(weight) || 0 };
}

function covers(range: string, type: AnswerType): boolean {
  return range === type || range === "*/*" || range === "application/*";
}

function specificity(range: string): number {
  return range === "*/*" ? 0 : range.endsWith("/*") ? 1 : 2;
}

/**
 * Tells what a body holds by its Content-Type; parameters such as `charset` don't matter.
 * @throws RequestError 415 for anything but the three photo types and JSON
 */
export function bodyKind(contentType: string | undefined): BodyKind {
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (photoMediaTypes.some((allowed) => allowed === type)) return "photo";
  if (type === "application/json") return "json";
  const given = type === "" ? "The Content-Type is missing" : `${printable(type)} is not supported`;
  throw new RequestError(
    415,
    "unsupported_media_type",
    `${given}: send a photo as ${photoMediaTypes.join(", ")}, or application/json {"url": "https://…"} where fetching photos is enabled.`,
  );
}

/** A header's value, short and harmless enough to be repeated in a message. */
function printable(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, "?").slice(0, 100);
}
