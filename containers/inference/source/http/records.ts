import { RequestError } from "../errors";
import { parseFlatJson } from "./flat-json";

/** Fetches a photo's bytes. @throws RequestError saying why it can't */
export type FetchPhoto = (url: string, signal: AbortSignal) => Promise<Uint8Array>;

const expected = 'expected {"image": "<base64>"} or {"url": "https://example.com/photo.jpg"}';

/**
 * The photo that a JSON object holds or, if it holds none, points to.
 * @throws RequestError 400 for other JSON, 415 for an address where fetching is disabled, and whatever fetching throws
 */
export async function photoOfRecord(
  text: Buffer,
  signal: AbortSignal,
  fetchPhoto: FetchPhoto | undefined,
): Promise<Uint8Array> {
  let value: unknown;
  try {
    value = parseFlatJson(text);
  } catch {
    throw new RequestError("invalid_json", `This is not JSON: ${expected}.`);
  }
  const { image, url } = Object(value) as { readonly image?: unknown; readonly url?: unknown };
  if (isText(image)) return photoOfBase64(image);
  if (!isText(url)) {
    throw new RequestError("invalid_json", `The JSON has no usable photo: ${expected}.`);
  }
  if (fetchPhoto) return fetchPhoto(url, signal);
  throw new RequestError(
    "fetching_disabled",
    'Fetching photos by URL is disabled on this server: send the photo itself as image/jpeg, image/png, image/webp or {"image": "<base64>"}, or start it with KENNEL_FETCH_PHOTOS=true.',
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Line breaks, as in e-mail, are passed over. */
function photoOfBase64(text: string): Buffer {
  const photo = Buffer.from(text, "base64");
  // What is not base64 is left out by Node.js, so that little comes of it.
  if (!text.startsWith("data:") && photo.length >= Math.floor(text.length * 0.7)) return photo;
  throw new RequestError(
    "invalid_json",
    'The value of "image" is not base64: send the photo\'s bytes in base64 alone, without "data:image/…;base64,".',
  );
}
