/** A JPEG's signature and some bytes that are no UTF-8. */
export const JPEG = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
  Buffer.alloc(2_000, 0x80),
]);

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
