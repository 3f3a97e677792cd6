/** A JPEG's signature and some bytes that are not UTF-8. */
export const JPEG = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
  Buffer.alloc(2_000, 0x80),
]);

/** How an iPhone's photo begins. */
export const HEIC = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1");

interface HttpParts {
  readonly body?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly isBase64Encoded?: boolean;
}

/** An API Gateway REST API's event (payload format 1.0), with what the service always sends. */
export function restEvent(parts: HttpParts): Record<string, unknown> {
  return {
    resource: "/{proxy+}",
    path: "/",
    httpMethod: parts.method ?? "POST",
    headers: parts.headers ?? null,
    multiValueHeaders: null,
    queryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      accountId: "123456789012",
      stage: "prod",
      httpMethod: parts.method ?? "POST",
    },
    body: parts.body ?? null,
    isBase64Encoded: parts.isBase64Encoded ?? false,
  };
}

/** An HTTP API's or function URL's event (payload format 2.0). */
export function httpEvent(parts: HttpParts): Record<string, unknown> {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: "/",
    rawQueryString: "",
    headers: parts.headers ?? {},
    requestContext: {
      accountId: "anonymous",
      http: { method: parts.method ?? "POST", path: "/", protocol: "HTTP/1.1" },
      stage: "$default",
    },
    ...(parts.body === undefined || parts.body === null ? {} : { body: parts.body }),
    isBase64Encoded: parts.isBase64Encoded ?? false,
  };
}

/** An Application Load Balancer's event. */
export function albEvent(parts: HttpParts): Record<string, unknown> {
  const targetGroupArn =
    "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/dogs/1234567890abcdef";
  return {
    requestContext: { elb: { targetGroupArn } },
    httpMethod: parts.method ?? "POST",
    path: "/",
    queryStringParameters: {},
    headers: parts.headers ?? {},
    body: parts.body ?? "",
    isBase64Encoded: parts.isBase64Encoded ?? false,
  };
}

/** The parts of an event that carries a browser's form with a file field. */
export function formParts(fields: Readonly<Record<string, string>>, file: Buffer): HttpParts {
  const boundary = "----WebKitFormBoundaryq7X";
  const part = (disposition: string, content: Buffer | string): Buffer =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from("\r\n"),
    ]);
  const body = Buffer.concat([
    ...Object.entries(fields).map(([name, value]) => part(`name="${name}"`, value)),
    part('name="photo"; filename="dog.jpg"', file),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  return {
    body: body.toString("base64"),
    isBase64Encoded: true,
    headers: { "Content-Type": `multipart/form-data; boundary=${boundary}` },
  };
}

/** The parts of an event that carries a photo. */
export function photoParts(
  photo: Buffer,
  headers: Readonly<Record<string, string>> = {},
): HttpParts {
  return {
    body: photo.toString("base64"),
    isBase64Encoded: true,
    headers: { "Content-Type": "image/jpeg", ...headers },
  };
}
