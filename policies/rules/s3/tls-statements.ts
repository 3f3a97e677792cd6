import type { PolicyDocument } from "../../iam/document";
import { deniesPlainHttp as denies } from "../plain-http";

/** Whether a bucket's policy denies every request without TLS: for everybody, every action, the bucket and all its objects. */
export function deniesPlainHttp({ statements }: PolicyDocument, bucket: string): boolean {
  const arn = `arn:\${Partition}:s3:::${bucket}`;
  return denies(statements, "s3", arn, `${arn}/[*+]`);
}
