import { deniesWithout } from "../iam/denied";
import type { Statement } from "../iam/document";

/**
 * Whether statements of a resource's policy deny every request without TLS: for everybody, every action of the service.
 *
 * @param service prefix of the actions, such as `s3`
 * @param resources ARNs with `${Partition}`, `${Region}` and `${Account}` for what is not known, and `[*]` for any text
 */
export function deniesPlainHttp(
  statements: readonly Statement[],
  service: string,
  ...resources: readonly string[]
): boolean {
  return deniesWithout(statements, `${service}:*`, resources, ["aws:securetransport", "false"]);
}
