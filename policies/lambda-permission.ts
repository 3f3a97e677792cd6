import { UNKNOWN } from "./iam/unknown";

/** The statement that a `lambda.Permission` adds to its function's policy. Source: Lambda API reference, AddPermission. */
export function permissionDocument(known: Readonly<Record<string, unknown>>): unknown {
  const { action, principal, sourceArn, sourceAccount, principalOrgId } = known;
  const target = known["function"];
  const name = target === UNKNOWN ? UNKNOWN : String(target);
  const qualifier = known["qualifier"] === undefined ? "" : `:${String(known["qualifier"])}`;
  const given = (keys: Readonly<Record<string, unknown>>): object =>
    Object.fromEntries(Object.entries(keys).filter(([, value]) => (value ?? "") !== ""));
  const equals = given({
    "AWS:SourceAccount": sourceAccount,
    "aws:PrincipalOrgID": principalOrgId,
    "lambda:EventSourceToken": known["eventSourceToken"],
    "lambda:FunctionUrlAuthType": known["functionUrlAuthType"],
  });
  const like = given({ "AWS:SourceArn": sourceArn });
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: principalOf(principal),
        Action: action,
        Resource:
          name === UNKNOWN
            ? UNKNOWN
            : name.startsWith("arn:")
              ? name + qualifier
              : `arn:aws:lambda:*:*:function:${name}${qualifier}`,
        Condition: {
          ...(Object.keys(like).length > 0 ? { ArnLike: like } : {}),
          ...(Object.keys(equals).length > 0 ? { StringEquals: equals } : {}),
        },
      },
    ],
  };
}

function principalOf(principal: unknown): unknown {
  if (typeof principal !== "string" || principal === "*") {
    return principal;
  }
  return /\.amazon(aws)?\.com/.test(principal) ? { Service: principal } : { AWS: principal };
}
