import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { Busboy, type BusboyHeaders } from "@fastify/busboy";
import {
  adviceFor,
  detectImageType,
  type ImageType,
  nameOfOtherFile,
} from "@kennel/fetch-photo/image-type";
import { bytesOfBase64, photoOfBase64 } from "@kennel/fetch-photo/photo-text";

import { ClassifyError } from "./classify-error";

/** The photo of an event: its bytes, or where they are. */
export type PhotoSource =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "bytes"; readonly bytes: Buffer; readonly contentType: ImageType };

export type Fields = Readonly<Record<string, unknown>>;

export const HOW_TO_ASK =
  'Send {"url": "https://example.com/dog.jpg"} or {"image": "<base64>"}, or a JPEG, PNG or WebP file as the body of a POST request.';

/** The body of a POST request. */
export interface Body {
  readonly text: string;
  readonly isBase64Encoded: boolean;
  /** The Content-Type header, empty where there is none. */
  readonly contentType: string;
}

/**
 * The photo of a body: a file by its first bytes, a form with a file or a URL, base64 text, or JSON.
 *
 * @param maxBytes the largest photo
 * @throws ClassifyError with status 400, 413 or 415
 */
export async function photoOfBody(body: Body, maxBytes: number): Promise<PhotoSource> {
  const bytes = Buffer.from(body.text, body.isBase64Encoded ? "base64" : "utf8");
  const photo = photoOf(bytes, maxBytes);
  if (photo !== undefined) return photo;
  const [type = ""] = body.contentType.toLowerCase().split(";");
  if (type === "multipart/form-data") return photoOfForm(bytes, body.contentType, maxBytes);
  if (type === "application/x-www-form-urlencoded" && !/^\s*[{[]/.test(bytes.toString("latin1"))) {
    const { image, ...fields } = Object.fromEntries(new URLSearchParams(bytes.toString()));
    // Not every program escapes the plus signs of base64, which mean blanks here.
    return sourceOf({ ...fields, image: image?.replaceAll(" ", "+") }, "The form", maxBytes);
  }
  const encoded = photoOfBase64(bytes.toString("latin1"));
  if (encoded !== undefined) return photoOf(encoded, maxBytes)!;
  if (nameOfOtherFile(bytes) !== undefined) refuse(bytes);
  if (type.startsWith("image/")) throw notAPhoto(body.contentType, body.isBase64Encoded);
  return sourceOf(parseJson(bytes), "The body", maxBytes);
}

/**
 * The photo of a JSON object or a form's fields: `image`, in base64, before `url`.
 *
 * @param what what the value is, at the start of a sentence
 */
export function sourceOf(value: unknown, what: string, maxBytes: number): PhotoSource {
  if (!isFields(value)) throw invalid(`${what} is ${kindOf(value)}, not a JSON object.`);
  const { image, url } = value;
  if (image !== undefined) return photoOfImage(image, maxBytes);
  if (url === undefined) throw invalid(`${what} has no "url" and no "image".`);
  if (typeof url !== "string") throw invalid(`"url" is ${kindOf(url)}, not a text.`);
  return { kind: "url", url };
}

function photoOfImage(image: unknown, maxBytes: number): PhotoSource {
  if (typeof image !== "string") throw invalid(`"image" is ${kindOf(image)}, not a text.`);
  const bytes = bytesOfBase64(image);
  if (bytes === undefined) {
    throw new ClassifyError(
      "invalid_request",
      '"image" is not base64: send the photo\'s bytes in base64 alone, without "data:image/…;base64,".',
    );
  }
  return photoOf(bytes, maxBytes) ?? refuse(bytes);
}

function photoOf(bytes: Buffer, maxBytes: number): PhotoSource | undefined {
  const contentType = detectImageType(bytes);
  if (contentType === undefined) return undefined;
  if (bytes.length > maxBytes) {
    throw new ClassifyError(
      "photo_too_large",
      `The photo has ${bytes.length} bytes; allowed: ${maxBytes}. Send a smaller version of it.`,
    );
  }
  return { kind: "bytes", bytes, contentType };
}

/** The first file of a browser's form, or its fields `image` and `url`. */
async function photoOfForm(
  bytes: Buffer,
  contentType: string,
  maxBytes: number,
): Promise<PhotoSource> {
  const fields = new Map<string, string>();
  const files: Buffer[] = [];
  try {
    const headers = { "content-type": contentType } as BusboyHeaders;
    // By default a field is cut at 1 MB, and so is a photo in base64.
    const form = new Busboy({ headers, limits: { fieldSize: bytes.length } });
    form.on("field", (name, value) => fields.set(name, value));
    form.on("file", (_name, stream) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => files.push(Buffer.concat(chunks)));
    });
    await pipeline(Readable.from([bytes]), form);
  } catch (cause) {
    throw invalid(`The form can't be read (${(cause as Error).message}).`, cause);
  }
  const file = files.find((each) => each.length > 0);
  if (file === undefined) return sourceOf(Object.fromEntries(fields), "The form", maxBytes);
  return photoOf(file, maxBytes) ?? refuse(file);
}

function parseJson(bytes: Buffer): unknown {
  try {
    // RFC 8259 lets a reader ignore the byte-order mark that some writers put first.
    return JSON.parse(bytes.toString("utf8").replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw invalid(`The body is neither JSON nor a JPEG, PNG or WebP photo.`, cause);
  }
}

function refuse(bytes: Buffer): never {
  const file = nameOfOtherFile(bytes);
  const what = file === undefined ? "not a photo" : `a file of type ${file}`;
  throw new ClassifyError(
    "unsupported_media_type",
    `What was sent is ${what}. Allowed: JPEG, PNG and WebP, known by their first bytes. ${adviceFor(file)}`,
  );
}

function notAPhoto(claim: string, isBase64Encoded: boolean): ClassifyError {
  // A REST API without binaryMediaTypes turns each byte that is not UTF-8 into U+FFFD; the photo is lost by then.
  const advice = isBase64Encoded
    ? "Allowed: JPEG, PNG and WebP, known by their first bytes. Convert the file, or send another."
    : "It arrived as text: add image/* to the API's binary media types, or send a URL instead.";
  return new ClassifyError(
    "unsupported_media_type",
    `The body is not the photo that its Content-Type (${claim.slice(0, 80)}) says. ${advice}`,
  );
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return "empty";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

function invalid(message: string, cause?: unknown): ClassifyError {
  return new ClassifyError("invalid_request", `${message} ${HOW_TO_ASK}`, { cause });
}
