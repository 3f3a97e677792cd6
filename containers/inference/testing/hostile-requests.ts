import { hostilePhoto } from "./hostile-photos";
import type { Random } from "./random";

/** What a client sends over one connection. */
export interface Attack {
  /** What it tries, for the report. */
  readonly name: string;
  /** Sent one after the other, with `pauseMs` between them. */
  readonly parts: readonly Buffer[];
  readonly pauseMs: number;
  /** What the client does after that: it waits for answers, stops sending, or is gone. */
  readonly ending: "wait" | "half-close" | "reset";
  /** Whether an answer is owed; not to a client that is gone, or says that it sends no more. */
  readonly expectsAnswer: boolean;
}

const photoTypes = ["image/jpeg", "image/png", "image/webp"];

/** One connection's worth of trouble. */
export function attack(photos: readonly Buffer[], random: Random): Attack {
  const makers = [bodyAttack, bodyAttack, bodyAttack, jsonAttack, typeAttack, headerAttack];
  const rarer = [lengthAttack, chunkAttack, protocolAttack, pipelineAttack, slowAttack, goneAttack];
  const maker =
    random.below(2) === 0 ? random.pick(makers) : random.pick([...makers, ...rarer, ...rarer]);
  return maker(photos, random);
}

function whole(name: string, ...parts: readonly (string | Buffer)[]): Attack {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part as string, "latin1")));
  return { name, parts: [bytes], pauseMs: 0, ending: "wait", expectsAnswer: true };
}

function halfClosed(request: Attack): Attack {
  return { ...request, ending: "half-close", expectsAnswer: false };
}

/** A request as text; its length is right unless the headers say otherwise. */
function post(headers: readonly string[], body: Buffer | string, path = "/invocations"): Buffer {
  const content = Buffer.from(body as string);
  const hasLength = headers.some((header) => /^(content-length|transfer-encoding)/i.test(header));
  const lines = [
    `POST ${path} HTTP/1.1`,
    "Host: test",
    ...headers,
    ...(hasLength ? [] : [`Content-Length: ${content.length}`]),
    "Connection: close",
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), content]);
}

function bodyAttack(photos: readonly Buffer[], random: Random): Attack {
  const body = hostilePhoto(photos, random);
  return whole("body", post([`Content-Type: ${random.pick(photoTypes)}`], body));
}

function jsonAttack(_photos: readonly Buffer[], random: Random): Attack {
  const depth = 10 ** random.below(6);
  const addresses = [
    "http://169.254.169.254/latest/meta-data/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://[::ffff:127.0.0.1]/",
    "https://user:secret@127.0.0.1/",
    "https://localhost:22/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "javascript:alert(1)",
    "https://" + "a".repeat(3000) + ".invalid/",
    "\u0000",
    "",
    "//",
    "https://%00/",
    "https://name.invalid:70000/",
  ];
  const text = random.pick([
    "[".repeat(depth),
    "[".repeat(depth) + "]".repeat(depth),
    '{"url":'.repeat(depth) + "1" + "}".repeat(depth),
    `[${"[],".repeat(depth * 20)}1]`,
    `{"image": "${"A".repeat(depth * 20)}"}`,
    '{"image": "/9j/"}\n{"image": ""}\n[]\n',
    JSON.stringify({ url: "a".repeat(depth * 10) }),
    ...addresses.map((url) => JSON.stringify({ url })),
    '{"url": "https://127.0.0.1/", "url": 7}',
    '{"__proto__": {"url": "https://127.0.0.1/"}}',
    '{"url": {"toString": 1}}',
    '{"url": [1e999]}',
    "nul",
    "1e400",
    "\ufeff{}",
    '{"url": "\\ud800"}',
    "",
    ...arrays(depth),
  ]);
  const body = random.below(5) === 0 ? random.bytes(random.below(500)) : text;
  const type = random.pick([
    "application/json",
    "application/json; charset=utf-16",
    "APPLICATION/JSON",
    "application/jsonlines",
    "application/x-npy",
  ]);
  return whole("json", post([`Content-Type: ${type}`], body));
}

/** NumPy files with true and untrue headers. */
function arrays(size: number): Buffer[] {
  const headers = [
    `{'descr': '|u1', 'fortran_order': False, 'shape': (${size}, 1, 1, 3), }`,
    `{'descr': '|u1', 'fortran_order': False, 'shape': (${size * 1e9}, ${size * 1e9}, 3), }`,
    `{'descr': '|u1', 'fortran_order': False, 'shape': (-1, 4, 3), }`,
    `{'descr': '|O', 'fortran_order': True, 'shape': (), }`,
    "{".repeat(size),
  ];
  return headers.map((header) => {
    const start = Buffer.from("\x93NUMPY\x01\0\0\0", "latin1");
    start.writeUInt16LE(header.length & 0xffff, 8);
    return Buffer.concat([start, Buffer.from(header), Buffer.alloc(3 * size)]);
  });
}

function typeAttack(photos: readonly Buffer[], random: Random): Attack {
  const values = [
    "",
    "image/",
    "image/svg+xml",
    "image/jpeg, image/png",
    "image/jpeg; q=" + "x".repeat(5000),
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "\xff\xfe/\x80",
    ";;;;,,,,====",
    "application/json" + ";a=b".repeat(2000),
    "application/x-npy",
    "application/jsonlines",
    "*/*",
    "a/".repeat(3000),
    "application/json;q=0.000000001",
    "image/jpeg" + " ".repeat(4000) + ";",
  ];
  const header = random.pick(["Content-Type", "Accept"]);
  const other = header === "Accept" ? "Content-Type: image/jpeg" : "Accept: */*";
  return whole("type", post([`${header}: ${random.pick(values)}`, other], random.pick(photos)));
}

function headerAttack(photos: readonly Buffer[], random: Random): Attack {
  const many = Array.from({ length: 1 + random.below(3000) }, (_, index) => `X-${index}: y`);
  const sets = [
    many,
    [`X-Long: ${"z".repeat(random.below(40_000))}`],
    [`X-Amzn-SageMaker-Custom-Attributes: ${"c".repeat(random.below(3000))}`],
    ["X-Amzn-SageMaker-Custom-Attributes: \x80\xff\t"],
    ["X-Amzn-SageMaker-Custom-Attributes: a", "X-Amzn-SageMaker-Custom-Attributes: b"],
    ["X-Bad\0Name: 1"],
    ["X Space: 1"],
    [": no name"],
    ["no colon"],
    ["X-Folded: a\r\n b"],
    ["X-Split: a\nSet-Cookie: b"],
    ["Expect: 100-continue"],
    ["Expect: the unexpected"],
    ["Upgrade: websocket", "Connection: Upgrade"],
    [
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
      "Connection: Upgrade, HTTP2-Settings",
    ],
    ["Content-Encoding: gzip"],
    ["Host: another"],
    ["Range: bytes=0-0,1-1"],
    ["Accept-Version: 1.x"],
    ["Access-Control-Request-Method: POST"],
    ["__proto__: 1", "constructor: 2"],
  ];
  return whole(
    "headers",
    post(["Content-Type: image/jpeg", ...random.pick(sets)], random.pick(photos)),
  );
}

function lengthAttack(photos: readonly Buffer[], random: Random): Attack {
  const photo = random.pick(photos);
  const { length } = photo;
  const [header, isComplete] = random.pick([
    [`Content-Length: ${length - 1 - random.below(length - 1)}`, true],
    [`Content-Length: ${length + 1 + random.below(10_000)}`, false],
    ["Content-Length: -1", true],
    ["Content-Length: 0x10", true],
    ["Content-Length: 1e3", true],
    ["Content-Length: 99999999999999999999", true],
    ["Content-Length: 1073741824", true],
    [`Content-Length: ${length}\r\nContent-Length: 3`, true],
    [`Content-Length: ${length}\r\nTransfer-Encoding: chunked`, true],
    ["Content-Length:", true],
  ] as const);
  const request = whole("length", post(["Content-Type: image/jpeg", header], photo));
  // A body that is shorter than announced ends with the connection.
  return isComplete ? request : random.pick([request, halfClosed(request)]);
}

function chunkAttack(photos: readonly Buffer[], random: Random): Attack {
  const photo = random.pick(photos);
  const size = photo.length.toString(16);
  const coding = random.pick([
    "chunked",
    "chunked",
    "chunked",
    "gzip, chunked",
    "chunked, chunked",
    "x",
    "CHUNKED",
  ]);
  const good = Buffer.concat([Buffer.from(`${size}\r\n`), photo, Buffer.from("\r\n0\r\n")]);
  const body = random.pick([
    Buffer.concat([good, Buffer.from("\r\n")]),
    Buffer.concat([good, Buffer.from("X-Trailer: 1\r\nContent-Length: 3\r\n\r\n")]),
    Buffer.from("zz\r\nnonsense\r\n0\r\n\r\n"),
    Buffer.from("-1\r\n\r\n"),
    Buffer.from("ffffffffffffffffff\r\nabc"),
    Buffer.from(`3;${"e".repeat(20_000)}\r\nabc\r\n0\r\n\r\n`),
    Buffer.from("3\r\nabcd\r\n0\r\n\r\n"),
    Buffer.from("1\r\na\r\n".repeat(5000) + "0\r\n\r\n"),
    Buffer.from("0\r\n\r\n"),
  ]);
  const headers = ["Content-Type: image/jpeg", `Transfer-Encoding: ${coding}`];
  const request = whole("chunks", post(headers, body));
  return random.pick([request, halfClosed(request)]);
}

function protocolAttack(_photos: readonly Buffer[], random: Random): Attack {
  const end = "\r\nHost: test\r\nConnection: close\r\n\r\n";
  return whole(
    "protocol",
    random.pick([
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + "\0".repeat(200),
      "GET /ping HTTP/9.9" + end,
      "GET /ping" + end,
      "BREW /ping HTTP/1.1" + end,
      `GET /${"p".repeat(random.below(30_000))} HTTP/1.1${end}`,
      "GET /%zz%00%ff HTTP/1.1" + end,
      "GET /../../etc/passwd HTTP/1.1" + end,
      "GET /ping?" + "a=b&".repeat(2000) + " HTTP/1.1" + end,
      "GET http://169.254.169.254/ping HTTP/1.1" + end,
      "GET //ping HTTP/1.1" + end,
      "GET /ping/ HTTP/1.1" + end,
      "OPTIONS * HTTP/1.1" + end,
      "CONNECT 127.0.0.1:22 HTTP/1.1" + end,
      "TRACE /ping HTTP/1.1" + end,
      "DELETE /ping HTTP/1.1" + end,
      "PUT /invocations HTTP/1.1" + end,
      "GET /ping HTTP/1.1\r\nConnection: close\r\n\r\n",
      "GET /ping HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
      "POST /invocations HTTP/1.0\r\n\r\n",
      "GET /metrics HTTP/1.1" + end,
      random.bytes(1 + random.below(2000)).toString("latin1") + "\r\n\r\n",
    ]),
  );
}

/** Several requests in one go, the last of which closes the connection. */
function pipelineAttack(photos: readonly Buffer[], random: Random): Attack {
  const requests = Array.from({ length: 1 + random.below(12) }, () =>
    random.pick([
      Buffer.from("GET /ping HTTP/1.1\r\nHost: test\r\n\r\n"),
      Buffer.from("GET /nothing HTTP/1.1\r\nHost: test\r\n\r\n"),
      keptOpen(post(["Content-Type: image/jpeg"], hostilePhoto(photos, random))),
      keptOpen(post(["Content-Type: text/plain"], "x".repeat(random.below(5000)))),
    ]),
  );
  const last = post(["Content-Type: image/jpeg"], random.pick(photos));
  return whole("pipeline", ...requests, last);
}

function keptOpen(request: Buffer): Buffer {
  const end = request.indexOf("\r\n\r\n");
  const head = request
    .toString("latin1", 0, end)
    .replace("Connection: close", "Connection: keep-alive");
  return Buffer.concat([Buffer.from(head, "latin1"), request.subarray(end)]);
}

/** A request that comes in drips, and may never be whole. */
function slowAttack(photos: readonly Buffer[], random: Random): Attack {
  const request = post(["Content-Type: image/jpeg"], random.pick(photos));
  const sent = random.pick([20, 60, 200, request.length - 1]);
  const count = 1 + random.below(20);
  const parts = Array.from({ length: count }, (_, index) =>
    request.subarray(Math.floor((sent * index) / count), Math.floor((sent * (index + 1)) / count)),
  );
  return { name: "slow", parts, pauseMs: random.below(100), ending: "wait", expectsAnswer: true };
}

/** A client that is gone before it is answered. */
function goneAttack(photos: readonly Buffer[], random: Random): Attack {
  const request = post(["Content-Type: image/jpeg"], random.pick(photos));
  const sent = random.pick([1, 30, 200, request.length >> 1, request.length]);
  const parts = [request.subarray(0, sent)];
  const ending = random.pick(["half-close", "reset"] as const);
  return { name: "gone", parts, pauseMs: random.below(20), ending, expectsAnswer: false };
}
