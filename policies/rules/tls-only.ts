import { deniesPlainHttp } from "../iam/denied";
import { readDocument } from "../iam/document";
import { MARK } from "../iam/patterns";
import type { JudgedResource, JudgedStack } from "../resource";
import type { Outcome } from "../rule";
import { judgeAttached, type AttachedSetting } from "./attached-settings";
import { declared, isAbsent } from "./values";

/** A kind of resource whose policy has to deny requests without TLS. */
export interface TlsOnly extends Pick<AttachedSetting, "owners" | "link"> {
  /** What holds a policy apart from its owner: the property with it, by type. */
  readonly policies: Readonly<Record<string, string>>;
  /** The owner's name, where it or what holds its policy says it. */
  nameOf(owner: JudgedResource, separate?: JudgedResource): unknown;
  /** The service's prefix in actions. */
  readonly service: string;
  /** ARN templates of all that the policy is for. */
  resources(name: string): readonly string[];
  /** The same in words. */
  readonly on: string;
  fix(name?: string): string;
}

/** Judges whether each owner's policy denies all requests without TLS. */
export function judgeTlsOnly(stack: JudgedStack, kind: TlsOnly): Iterable<Outcome> {
  const { owners, policies, link } = kind;
  return judgeAttached(stack, {
    owners,
    separateTypes: Object.keys(policies),
    link,
    judgeSeparate: (separate, owner) =>
      judgePolicy(separate, policies[separate.type]!, owner, kind.nameOf(owner, separate), kind),
    judgeInline(owner) {
      const policy: unknown = declared(owner, "policy");
      return isAbsent(policy) || policy === ""
        ? undefined
        : judgePolicy(owner, "policy", owner, kind.nameOf(owner), kind);
    },
    missing: ({ name }) => ({
      message: `${name} has no policy that denies requests without TLS.`,
      fix: kind.fix(),
    }),
  });
}

/** What is wrong with a policy, once all that it depends on is known. Without a name, only a policy for every owner there is counts. */
function judgePolicy(
  { known, name: holder }: JudgedResource,
  property: string,
  owner: JudgedResource,
  name: unknown,
  { service, resources, on, link, fix }: TlsOnly,
): Outcome[] {
  const isNamed = typeof name === "string";
  const { statements, problems, unknown } = readDocument(known[property]);
  if (deniesPlainHttp(statements, service, ...resources(isNamed ? name : MARK))) {
    return [];
  }
  if (unknown.length > 0) {
    return unknown.map((path) => ({ unknown: path === "" ? property : `${property}.${path}` }));
  }
  if (!isNamed) {
    return [{ unknown: link(owner).from }];
  }
  const message =
    problems.length === 0
      ? `${holder} has no statement that denies every action on ${on} to everybody who comes without TLS.`
      : `${holder} cannot be read, so it denies nothing: ${problems[0]}.`;
  return [{ message, fix: fix(name) }];
}
