import { RequestError } from "../errors";

/** Scores alone, `[[…]]`: a row a photo. */
export const plainJson = "application/json";
/** Labels, probabilities, scores and timings. */
export const kennelJson = "application/vnd.kennel+json";
/** NumPy's file format: float32 [photos, classes]. */
export const npy = "application/x-npy";
/** A line with a row of scores for each photo. */
export const jsonLines = "application/jsonlines";
/** A line with the content of {@link kennelJson} for each photo. */
export const kennelJsonLines = "application/vnd.kennel+jsonlines";

const lineAnswers = [jsonLines, kennelJsonLines] as const;
const answers = [plainJson, kennelJson, npy, ...lineAnswers] as const;
export type AnswerType = (typeof answers)[number];

/** Other names of JSON lines that clients use. */
const lineMediaTypes: readonly string[] = [
  jsonLines,
  "application/x-jsonlines",
  "application/jsonl",
  "application/x-ndjson",
];

/** Types, besides `image/…`, that leave it to the body's first bytes to say what it is; so does a missing one. */
const untold = ["", "application/octet-stream", "binary/octet-stream", "application/x-image"];

/**
 * What a request's body holds: a photo; JSON with a photo or its address; pixels as a NumPy array; or such JSON on many lines.
 */
export type BodyKind = "photo" | "json" | "tensor" | "lines";

/**
 * Chooses the answer's media type by RFC 9110's rules: the most specific range that names a type decides its weight, the highest
 * weight wins, then the order above.
 * @param kind many lines are answered line by line
 * @throws RequestError 406 if none is acceptable
 */
export function answerType(accept: string | undefined, kind: BodyKind): AnswerType {
  const offered: readonly AnswerType[] = kind === "lines" ? lineAnswers : answers;
  if (accept === undefined || accept.trim() === "") return offered[0]!;
  const ranges = accept.split(",").map(parseRange);
  let best: { type: AnswerType; weight: number } | undefined;
  for (const type of offered) {
    const matching = ranges.filter(({ range }) => covers(range, type));
    const specific = matching.sort((a, b) => specificity(b.range) - specificity(a.range))[0];
    const weight = specific?.weight ?? 0;
    if (weight > (best?.weight ?? 0)) best = { type, weight };
  }
  if (best) return best.type;
  const why =
    kind === "lines" ? "JSON lines are answered line by line" : "No such answer is available";
  throw new RequestError(
    "not_acceptable",
    `${why}; Accept is ${printable(accept)}: accept ${offered.slice(0, -1).join(", ")} or ${offered.at(-1)}.`,
  );
}

function parseRange(text: string): { range: string; weight: number } {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  return {
    range: lineMediaTypes.includes(range) ? jsonLines : range,
    weight: weight === undefined ? 1 : weightOf(weight),
  };
}

/** RFC 9110, 12.4.2: from 0 to 1 with at most three decimals; anything else accepts nothing. */
function weightOf(text: string): number {
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}

function covers(range: string, type: AnswerType): boolean {
  return range === type || range === "*/*" || range === "application/*";
}

function specificity(range: string): number {
  return range === "*/*" ? 0 : range.endsWith("/*") ? 1 : 2;
}

/**
 * Tells what a body holds by its Content-Type; parameters such as `charset` don't matter.
 * @throws RequestError 415 for anything but photos, JSON, JSON lines and NumPy arrays
 */
export function bodyKind(contentType: string | undefined): BodyKind {
  const type = mediaType(contentType);
  if (type.startsWith("image/") || untold.includes(type)) return "photo";
  if (type === plainJson) return "json";
  if (type === npy) return "tensor";
  if (lineMediaTypes.includes(type)) return "lines";
  throw new RequestError(
    "unsupported_media_type",
    `${refusal(type)}: send a photo as image/jpeg, image/png, image/webp or application/octet-stream; ${plainJson} {"image": "<base64>"}, or {"url": "https://…"} where fetching photos is enabled; ${jsonLines} with one such object a line; or ${npy}, uint8 [height, width, 3].`,
  );
}

function refusal(type: string): string {
  if (type === "text/csv")
    return "text/csv is not supported, because a row has no place for a photo";
  return `${printable(type)} is not supported`;
}

function mediaType(contentType: string | undefined): string {
  return contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
}

/** A header's value, short and harmless enough to be repeated in a message. */
function printable(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, "?").slice(0, 100);
}
