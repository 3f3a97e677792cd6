import { isObject } from "../../../infra/schema/explain";
import { documentsOf, type Fields, type NamedDocument } from "./named-document";

/** The resource part of an ARN by type, where that is not `<type>/<name>`. */
const ARN_FORMS: ReadonlyMap<string, (name: string) => string> = new Map([
  ["AWS::S3::Bucket", (name) => `arn:aws:s3:::${name}`],
  ["AWS::IAM::Role", (name) => `arn:aws:iam::ACCOUNT:role/${name}`],
  ["AWS::Lambda::Function", (name) => `arn:aws:lambda:REGION:ACCOUNT:function:${name}`],
  ["AWS::SQS::Queue", (name) => `arn:aws:sqs:REGION:ACCOUNT:${name}`],
  ["AWS::SNS::Topic", (name) => `arn:aws:sns:REGION:ACCOUNT:${name}`],
  ["AWS::SecretsManager::Secret", (name) => `arn:aws:secretsmanager:REGION:ACCOUNT:secret:${name}`],
]);

/** Types whose `Ref` is their ARN; that of others is their name. */
const ARN_BY_REF =
  /^AWS::(IAM::ManagedPolicy|SNS::Topic|SecretsManager::Secret|StepFunctions::StateMachine)$/;

/** The parameters that CloudFormation itself knows. */
const PSEUDO_PARAMETERS: ReadonlyMap<string, string> = new Map([
  ["AWS::Partition", "aws"],
  ["AWS::Region", "REGION"],
  ["AWS::AccountId", "ACCOUNT"],
  ["AWS::StackName", "STACK"],
  ["AWS::URLSuffix", "amazonaws.com"],
]);

/** A resource with more has more variants than anybody reads. */
const MOST_CONDITIONS = 6;

/**
 * The documents of a CloudFormation template's resources; undefined where the value is not a template. A document that depends on
 * conditions is given once for each way in which they may turn out, as far as that makes a difference.
 */
export function documentsOfTemplate(value: Fields, id: string): NamedDocument[] | undefined {
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
  const resolve = resolver(value);
  return Object.entries(Resources).flatMap(([logicalId, resource]) => {
    const { Type, Properties } = isObject(resource) ? resource : {};
    const found = (met: ReadonlySet<string>): NamedDocument[] => {
      const properties = resolve(Properties, met);
      return isObject(properties)
        ? documentsOf(`${id}: ${logicalId}`, String(Type), properties)
        : [];
    };
    const conditions = conditionsIn(Properties);
    if (conditions.length > MOST_CONDITIONS) {
      const document = `depends on more than ${MOST_CONDITIONS} conditions`;
      return found(new Set()).map((each) => ({ ...each, document }));
    }
    return variantsOf(conditions, found);
  });
}

/** The names of the conditions that a value depends on. */
function conditionsIn(value: unknown): string[] {
  const written = JSON.stringify(value ?? null).matchAll(/"Fn::If":\["([^"]*)"/g);
  return [...new Set([...written].map(([, name]) => name!))];
}

function variantsOf(
  conditions: readonly string[],
  found: (met: ReadonlySet<string>) => readonly NamedDocument[],
): NamedDocument[] {
  const variants = Array.from({ length: 2 ** conditions.length }, (_, bits) => {
    const met = new Set(conditions.filter((_each, index) => (bits >> index) & 1));
    const how = conditions.map((name) => (met.has(name) ? name : `not ${name}`)).join(", ");
    return found(met).map((each) => ({ how, each, text: JSON.stringify(each) }));
  }).flat();
  const distinct = [...new Map(variants.map((variant) => [variant.text, variant])).values()];
  return distinct.map(({ how, each }) =>
    distinct.filter((other) => other.each.id === each.id).length > 1
      ? { ...each, id: `${String(each.id)}, where ${how}` }
      : each,
  );
}

/** Replaces intrinsic functions by what they stand for, as far as the template shows it; `met` are the conditions that hold. */
function resolver(template: Fields): (value: unknown, met: ReadonlySet<string>) => unknown {
  const named = (section: string, name: string): Fields => {
    const fields = template[section];
    const found = isObject(fields) && Object.hasOwn(fields, name) ? fields[name] : undefined;
    return isObject(found) ? found : {};
  };
  const typeOf = (name: string): string => String(named("Resources", name)["Type"] ?? "");
  const arn = (name: string): string => {
    const type = typeOf(name);
    const [, service = "SERVICE", kind = "resource"] = type.split("::");
    return (
      ARN_FORMS.get(type)?.(name) ??
      `arn:aws:${service.toLowerCase()}:REGION:ACCOUNT:${kind.toLowerCase()}/${name}`
    );
  };
  // A parameter without a default, and what another stack exports, stand under their own names.
  const reference = (name: string): string => {
    const type = typeOf(name);
    const isArn = type === "" ? /arn$/i.test(name) : ARN_BY_REF.test(type);
    return String(
      PSEUDO_PARAMETERS.get(name) ??
        named("Parameters", name)["Default"] ??
        (isArn ? arn(name) : name),
    );
  };
  const attribute = (name: string, path: string): string =>
    path === "Arn" ? arn(name) : `${name}.${path}`;
  return function resolve(value, met): unknown {
    const text = (each: unknown): string => String(resolve(each, met));
    const substitute = (pattern: string, values: Fields): string =>
      pattern.replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
        if (literal !== "" || POLICY_VARIABLE.test(name)) {
          return `\${${name}}`;
        }
        const [resource = "", ...path] = name.split(".");
        const own = Object.hasOwn(values, name) ? text(values[name]) : undefined;
        return own ?? (path.length > 0 ? attribute(resource, path.join(".")) : reference(name));
      });
    if (Array.isArray(value)) {
      return value.map((each) => resolve(each, met)).filter((each) => each !== undefined);
    }
    if (!isObject(value)) {
      return value;
    }
    const [[key = "", argument] = [], ...others] = Object.entries(value);
    const list = Array.isArray(argument) ? argument : [argument];
    switch (others.length === 0 ? key : "") {
      case "Ref":
        return argument === "AWS::NoValue" ? undefined : reference(String(argument));
      case "Fn::GetAtt": {
        const [name = "", ...path] =
          list.length > 1 ? list.map(String) : String(list[0]).split(".");
        return attribute(name, path.join("."));
      }
      case "Fn::Sub":
        return substitute(String(list[0]), isObject(list[1]) ? list[1] : {});
      case "Fn::Join":
        return Array.isArray(list[1]) ? list[1].map(text).join(String(list[0])) : value;
      case "Fn::ImportValue":
        return reference(text(argument));
      case "Fn::If":
        return resolve(list[met.has(String(list[0])) ? 1 : 2], met);
    }
    const fields = Object.entries(value).map(([name, each]) => [name, resolve(each, met)] as const);
    return Object.fromEntries(fields.filter(([, each]) => each !== undefined));
  };
}

/** Such as `${aws:username}`, which is IAM's to fill in. */
const POLICY_VARIABLE = /^(aws|s3|iam|sts|ec2|saml|www|cognito|graph|accounts)[.:](?!:)/i;
