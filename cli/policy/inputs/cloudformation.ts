import { documentsOf, type Fields, isFields, type NamedDocument } from "./named-document";

/** The resource part of an ARN by type, where that is not `<type>/<name>`. */
const ARN_FORMS: ReadonlyMap<string, (name: string) => string> = new Map([
  ["AWS::S3::Bucket", (name) => `arn:aws:s3:::${name}`],
  ["AWS::IAM::Role", (name) => `arn:aws:iam::ACCOUNT:role/${name}`],
  ["AWS::Lambda::Function", (name) => `arn:aws:lambda:REGION:ACCOUNT:function:${name}`],
  ["AWS::SQS::Queue", (name) => `arn:aws:sqs:REGION:ACCOUNT:${name}`],
  ["AWS::SNS::Topic", (name) => `arn:aws:sns:REGION:ACCOUNT:${name}`],
  ["AWS::SecretsManager::Secret", (name) => `arn:aws:secretsmanager:REGION:ACCOUNT:secret:${name}`],
]);

/** The parameters that CloudFormation itself knows. */
const PSEUDO_PARAMETERS: ReadonlyMap<string, string> = new Map([
  ["AWS::Partition", "aws"],
  ["AWS::Region", "REGION"],
  ["AWS::AccountId", "ACCOUNT"],
  ["AWS::StackName", "STACK"],
  ["AWS::URLSuffix", "amazonaws.com"],
]);

/** The documents of a CloudFormation template's resources; undefined where the value is not a template. */
export function documentsOfTemplate(value: Fields, id: string): NamedDocument[] | undefined {
  const { Resources } = value;
  const isTemplate =
    isFields(Resources) &&
    ("AWSTemplateFormatVersion" in value ||
      Object.values(Resources).some(
        (each) => isFields(each) && /^\w+::/.test(String(each["Type"])),
      ));
  if (!isTemplate) {
    return undefined;
  }
  const resolve = resolver(Resources);
  return Object.entries(Resources).flatMap(([logicalId, resource]) => {
    const { Type, Properties } = isFields(resource) ? resource : {};
    const properties = resolve(Properties);
    return isFields(properties) ? documentsOf(`${id}: ${logicalId}`, String(Type), properties) : [];
  });
}

/** Replaces intrinsic functions by the text that they stand for, as far as it shows in the template. */
function resolver(resources: Fields): (value: unknown) => unknown {
  const reference = (name: string): string => PSEUDO_PARAMETERS.get(name) ?? name;
  const arn = (name: string): string => {
    const resource = Object.hasOwn(resources, name) ? resources[name] : undefined;
    const type = isFields(resource) ? String(resource["Type"]) : "";
    const [, service = "SERVICE", kind = "resource"] = type.split("::");
    return (
      ARN_FORMS.get(type)?.(name) ??
      `arn:aws:${service.toLowerCase()}:REGION:ACCOUNT:${kind.toLowerCase()}/${name}`
    );
  };
  const attribute = (name: string, path: string): string =>
    path === "Arn" ? arn(name) : `${name}.${path}`;
  const substitute = (text: string, values: Fields): string =>
    text.replace(/\$\{([^!}][^}]*)\}/g, (whole, name: string) => {
      if (/^(aws|s3|iam|sts|ec2|saml|www|cognito|graph|accounts)[.:](?!:)/i.test(name)) {
        // A policy variable such as ${aws:username} is IAM's to fill in.
        return whole;
      }
      const [resource = "", ...path] = name.split(".");
      const own = Object.hasOwn(values, name) ? String(resolve(values[name])) : undefined;
      return own ?? (path.length > 0 ? attribute(resource, path.join(".")) : reference(name));
    });
  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map(resolve);
    }
    if (!isFields(value)) {
      return value;
    }
    const [[key = "", argument] = []] = Object.entries(value);
    if (Object.keys(value).length === 1) {
      switch (key) {
        case "Ref":
          return reference(String(argument));
        case "Fn::GetAtt": {
          const [name = "", ...path] = Array.isArray(argument)
            ? argument.map(String)
            : String(argument).split(".");
          return attribute(name, path.join("."));
        }
        case "Fn::Sub":
          return Array.isArray(argument)
            ? substitute(String(argument[0]), isFields(argument[1]) ? argument[1] : {})
            : substitute(String(argument), {});
        case "Fn::Join":
          return Array.isArray(argument) && Array.isArray(argument[1])
            ? argument[1].map((part) => String(resolve(part))).join(String(argument[0]))
            : value;
        case "Fn::ImportValue":
          return String(resolve(argument));
        case "Fn::If":
          // Both branches may be deployed; in a list of statements or actions both are judged.
          return Array.isArray(argument) ? argument.slice(1).map(resolve) : value;
      }
    }
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolve(each)]));
  }
  return resolve;
}
