import { isObject } from "../../../infra/schema/explain";
import { POLICY_TYPES } from "../../../policies/documents";
import { judgedStack, type PlacedResource } from "../../../policies/stack";
import { Intrinsics, referencesIn, type Met } from "./intrinsics";
import { type Fields, fieldsOf } from "./named-document";
import type { PolicyStack } from "./policy-stack";
import { namesOf } from "./template-names";

/** A CloudFormation template's resources in the types of Pulumi's native provider; undefined where a value is not a template. */
export function stackOfTemplate(value: Fields, id: string): PolicyStack | undefined {
  const { Resources } = value;
  const isTemplate =
    isObject(Resources) &&
    ("AWSTemplateFormatVersion" in value ||
      Object.values(Resources).some(
        (each) => isObject(each) && /^\w+::/.test(String(each["Type"])),
      ));
  if (!isTemplate) {
    return undefined;
  }
  const names = namesOf(value);
  const declared = Object.entries(fieldsOf(Resources)).flatMap(([name, resource]) => {
    const { Type, Properties } = fieldsOf(resource);
    const type = nativeType(String(Type));
    return POLICY_TYPES.has(type) && isObject(Properties)
      ? [{ name, type, properties: Properties }]
      : [];
  });
  const place = (
    { name, type, properties }: (typeof declared)[number],
    met: Met,
  ): PlacedResource => {
    const unresolved: Record<string, string[]> = {};
    const props: Record<string, unknown> = { arn: names.arnOf(name) };
    for (const [property, written] of Object.entries(properties)) {
      const key = nativeName(property);
      const note = (each: string): unknown => (unresolved[key] ??= []).push(each);
      const resolved = new Intrinsics(names, met, note).resolve(written);
      props[key] = key === "policies" ? inlinePolicies(resolved) : resolved;
      if (/^(Role|User|Group|ManagedPolicy)Name$/.test(property)) {
        props["name"] = resolved;
      }
    }
    return {
      ...{ type, name, urn: `${type}::${name}`, parent: "", dependencies: [], unresolved },
      props: completed(type, props),
      propertyDependencies: new Map(
        Object.entries(properties).map(([property, written]) => [
          nativeName(property),
          referencesIn(written, met).flatMap((on) => urnOf(declared, on)),
        ]),
      ),
    };
  };
  const chosen = (names?: ReadonlySet<string>): typeof declared =>
    declared.filter(({ name }) => names?.has(name) ?? true);
  return {
    id,
    conditionsOf: (names) => {
      const written = JSON.stringify(chosen(names)).matchAll(/"Fn::If":\["([^"]*)"/g);
      return [...new Set([...written].map(([, name]) => name!))];
    },
    at: (met, names) => judgedStack(chosen(names).map((each) => place(each, met))),
    nameOf: ({ name }, path) =>
      [
        name,
        ...(/^$| /.test(path) ? [] : [path.replace(/(^|\.)[a-z]/g, (each) => each.toUpperCase())]),
      ]
        .join(".")
        .replace(/\]\.PolicyDocument$/, "]"),
  };
}

function urnOf(declared: readonly { name: string; type: string }[], on: string): string[] {
  return declared.filter(({ name }) => name === on).map(({ name, type }) => `${type}::${name}`);
}

/** A function or state machine of a serverless application (AWS SAM) gets its own role, with the policies that it names. */
function nativeType(type: string): string {
  const [, service = "", kind] = (
    /^AWS::Serverless::(Function|StateMachine)$/.test(type) ? "AWS::IAM::Role" : type
  ).split("::");
  return `aws-native:${service.toLowerCase()}:${kind}`;
}

/** Such as `policyDocument` for `PolicyDocument`. */
function nativeName(property: string): string {
  return property.replace(/^[A-Z]/, (first) => first.toLowerCase()).replace(/ID$/, "Id");
}

/** Inline policies, and what a serverless function has in their place: documents and names of AWS managed policies. */
function inlinePolicies(resolved: unknown): unknown {
  return [resolved].flat(2).map((policy: unknown) => {
    if (!isObject(policy)) {
      return policy;
    }
    const { PolicyName: policyName, PolicyDocument: policyDocument } = policy;
    return "Statement" in policy
      ? { policyDocument: { Version: "2012-10-17", ...policy } }
      : { policyName, policyDocument };
  });
}

function completed(type: string, props: Fields): Fields {
  if (type === "aws-native:events:EventBusPolicy" && isObject(props["statement"])) {
    return { ...props, statement: { Version: "2012-10-17", Statement: props["statement"] } };
  }
  const named = [props["policies"]].flat().filter((each) => typeof each === "string");
  return named.length === 0
    ? props
    : {
        ...props,
        policies: [props["policies"]].flat().map((each) => (typeof each === "string" ? {} : each)),
        managedPolicyArns: named.map((each) =>
          each.startsWith("arn:") ? each : `arn:aws:iam::aws:policy/${each}`,
        ),
      };
}
