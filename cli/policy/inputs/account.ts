import { judgedStack, type PlacedResource } from "../../../policies/stack";
import { type Fields, fieldsOf, objectsIn } from "./named-document";
import type { PolicyStack } from "./policy-stack";

/**
 * What `aws iam get-account-authorization-details` prints, or the roles of `aws iam list-roles`, in the types of Pulumi's native
 * provider; undefined where the value is neither.
 */
export function stackOfAccount(value: Fields, id: string): PolicyStack | undefined {
  if (
    !["Role", "User", "Group"].some((kind) => `${kind}DetailList` in value || `${kind}s` in value)
  ) {
    return undefined;
  }
  const holders = ["User", "Group", "Role"].flatMap((kind) =>
    objectsIn(value[`${kind}DetailList`] ?? value[`${kind}s`]).map((each) => holderOf(kind, each)),
  );
  const all = [...holders, ...objectsIn(value["Policies"]).flatMap(customerPolicy)];
  return {
    id,
    conditionsOf: () => [],
    at: (_met, names) => judgedStack(all.filter(({ name }) => names?.has(name) ?? true)),
    nameOf: ({ type, name, known }, path) => {
      const [, index] = /^policies\[(\d+)\]/.exec(path) ?? [];
      const policies = known["policies"] as readonly Fields[];
      const part =
        index !== undefined
          ? `, ${String(policies[Number(index)]!["policyName"])}`
          : path === "assumeRolePolicyDocument"
            ? ", trust policy"
            : "";
      return `${type.endsWith("Policy") ? "Policy" : type.split(":").at(-1)!} ${name}${part}`;
    },
  };
}

function holderOf(kind: string, holder: Fields): PlacedResource {
  const boundary = fieldsOf(holder["PermissionsBoundary"]);
  return placed(kind, nameOf(holder, `${kind}Name`), {
    arn: holder["Arn"],
    policies: objectsIn(holder[`${kind}PolicyList`]).map((each) => ({
      policyName: nameOf(each, "PolicyName"),
      policyDocument: each["PolicyDocument"],
    })),
    managedPolicyArns: objectsIn(holder["AttachedManagedPolicies"]).map(
      ({ PolicyArn }) => PolicyArn,
    ),
    groups: holder["GroupList"],
    permissionsBoundary: boundary["PermissionsBoundaryArn"],
    assumeRolePolicyDocument: holder["AssumeRolePolicyDocument"],
  });
}

/** The default version of a customer managed policy. */
function customerPolicy(policy: Fields): PlacedResource[] {
  return objectsIn(policy["PolicyVersionList"])
    .filter(({ IsDefaultVersion }) => IsDefaultVersion === true)
    .map(({ Document: policyDocument }) =>
      placed("ManagedPolicy", nameOf(policy, "PolicyName"), { arn: policy["Arn"], policyDocument }),
    );
}

function placed(kind: string, name: string, props: Fields): PlacedResource {
  const type = `aws-native:iam:${kind}`;
  return {
    ...{ type, name, urn: `${type}::${name}`, parent: "", dependencies: [] },
    props: { name, ...props },
    propertyDependencies: new Map(),
  };
}

function nameOf(entity: Fields, key: string): string {
  return String(entity[key] ?? "without a name");
}
