// Photos on their way: what is chosen, dropped or pasted becomes an item, and the items are classified one after another.

/** Kept in memory with their pictures; the oldest make room. */
const ITEMS_KEPT = 48;
/** Longer side of a smaller copy, in pixels: the model looks at 224. */
const COPY_SIDE = 1600;

/** Newest first. An item is {name, source, picture, command, state: "waiting" | "done", answer}. */
export const items = [];

let limit = Number.POSITIVE_INFINITY;
let last = Promise.resolve();

/** Photos of more bytes are not sent: the function URL would refuse them. */
export function limitPhotos(bytes) {
  limit = bytes;
}

/** Queues a file or a Blob; `changed(item)` is called when it is queued and when it is answered. */
export function addPhoto(blob, name, changed, path = name) {
  const command = `--data-binary @${quoted(path)}`;
  const type = blob.type || "application/octet-stream";
  const send = () => (blob.size > limit ? tooLarge(blob) : post(type, blob));
  queue({ name, blob, picture: URL.createObjectURL(blob), type, command }, send, changed);
}

/** Queues the address of a photo, which the function fetches. */
export function addAddress(url, changed) {
  const body = JSON.stringify({ url });
  const type = "application/json";
  const item = { name: url, picture: url, type, command: `--data ${quoted(body)}` };
  queue(item, () => post(type, body), changed);
}

/** Queues a JPEG of at most 1600 pixels a side of what the browser can show, even where Kennel can't read it. */
export async function addSmallerCopy({ blob, name }, changed) {
  const bitmap = await createImageBitmap(blob);
  const scale = Math.min(1, COPY_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const copy = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
  addPhoto(copy, `${name.replace(/\.\w+$/, "")} (smaller).jpg`, changed);
}

/** The request as a line for a shell. */
export function curlOf({ type, command }) {
  return `curl ${location.origin}/classify -H ${quoted(`Content-Type: ${type}`)} ${command}`;
}

function queue(item, send, changed) {
  item.state = "waiting";
  items.unshift(item);
  for (const old of items.splice(ITEMS_KEPT)) {
    URL.revokeObjectURL(old.picture);
  }
  changed(item);
  last = last.then(async () => {
    item.answer = await send();
    item.state = "done";
    changed(item);
  });
}

async function post(type, body) {
  try {
    const response = await fetch("/classify", {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
    return await response.json();
  } catch {
    return refused("Kennel does not answer: is `npm start` still running?");
  }
}

function tooLarge(blob) {
  const [size, most] = [blob.size, limit].map((bytes) => (bytes / 1e6).toFixed(1));
  return refused(
    `This photo has ${size} MB; ${most} MB is the most. A function URL in AWS takes requests of 6 MB, and on the way a photo ` +
      "grows by a third. Send a smaller copy, or its address: then 10 MB are allowed.",
  );
}

function refused(explanation) {
  return { kind: "refused", message: "", explanation };
}

function quoted(text) {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
