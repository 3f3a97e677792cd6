import type { RecordedResource, Recording } from "../offline/recorder";

/** All resources of one type, such as `aws:s3/bucket:Bucket`. */
export function allOf(recording: Recording<unknown>, type: string): RecordedResource[] {
  return recording.resources.filter((resource) => resource.type === type);
}

/**
 * The one resource of a type, or of a type and a name.
 *
 * @throws Error listing what there is, when there is none or more than one
 */
export function only(recording: Recording<unknown>, type: string, name?: string): RecordedResource {
  const found = allOf(recording, type).filter(
    (resource) => name === undefined || resource.name === name,
  );
  const [first] = found;
  if (first === undefined || found.length > 1) {
    const known = recording.resources.map((resource) => `${resource.type} ${resource.name}`);
    throw new Error(
      `${found.length} resources are ${type} ${name ?? ""}; recorded were:\n${known.join("\n")}`,
    );
  }
  return first;
}

/** A policy document as it was recorded. */
export interface RecordedDocument {
  readonly Version: string;
  readonly Statement: readonly RecordedStatement[];
}

/** A statement as it was recorded. */
export interface RecordedStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** The statement `sid` of the document in `resource`'s `policy`. */
export function statement(resource: RecordedResource, sid: string): RecordedStatement {
  const document = resource.inputs["policy"] as RecordedDocument;
  const found = document.Statement.find(({ Sid }) => Sid === sid);
  if (found === undefined) {
    throw new Error(`${resource.name} has no statement ${sid}: ${JSON.stringify(document)}`);
  }
  return found;
}
