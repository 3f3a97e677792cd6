import { UNKNOWN } from "../../../policies/iam/unknown";
import { type Fields, fieldsOf } from "./named-document";

/** The resource part of an ARN by type, where that is not `<type>/<name>`. */
const ARN_FORMS: ReadonlyMap<string, (name: string) => string> = new Map([
  ["AWS::S3::Bucket", (name) => `arn:aws:s3:::${name}`],
  ["AWS::IAM::Role", (name) => `arn:aws:iam::ACCOUNT:role/${name}`],
  ["AWS::IAM::ManagedPolicy", (name) => `arn:aws:iam::ACCOUNT:policy/${name}`],
  ["AWS::Lambda::Function", (name) => `arn:aws:lambda:REGION:ACCOUNT:function:${name}`],
  ["AWS::SQS::Queue", (name) => `arn:aws:sqs:REGION:ACCOUNT:${name}`],
  ["AWS::SNS::Topic", (name) => `arn:aws:sns:REGION:ACCOUNT:${name}`],
  ["AWS::SecretsManager::Secret", (name) => `arn:aws:secretsmanager:REGION:ACCOUNT:secret:${name}`],
]);

/** Types whose `Ref` is their ARN. The `Ref` of other types is mostly a name, and what a document with it says is not known. */
const ARN_BY_REF =
  /^AWS::(IAM::ManagedPolicy|SNS::Topic|SecretsManager::Secret|StepFunctions::StateMachine|SageMaker::\w+)$/;

/** The parameters that CloudFormation itself knows. */
const PSEUDO_PARAMETERS: ReadonlyMap<string, string> = new Map([
  ["AWS::Partition", "aws"],
  ["AWS::Region", "REGION"],
  ["AWS::AccountId", "ACCOUNT"],
  ["AWS::StackName", "STACK"],
  ["AWS::URLSuffix", "amazonaws.com"],
]);

/** What a template's names stand for. */
export interface TemplateNames {
  /** Whether the template declares a resource or parameter of this name. */
  isDeclared(name: string): boolean;
  /** The ARN of a resource. */
  arnOf(name: string): string;
  /** What `Ref` stands for; `UNKNOWN` where the template does not show it. */
  reference(name: string): unknown;
  /** What `Fn::GetAtt` stands for, by a path such as `Bucket.Arn`; `UNKNOWN` where the template does not show it. */
  attribute(path: string): unknown;
}

/** Reads the names of a template. */
export function namesOf(template: Fields): TemplateNames {
  const resources = new Map(Object.entries(fieldsOf(template["Resources"])));
  const parameters = new Map(Object.entries(fieldsOf(template["Parameters"])));
  const typeOf = (name: string): string => String(fieldsOf(resources.get(name))["Type"] || "");
  const arnOf = (name: string): string => {
    const type = typeOf(name);
    const [, service = "SERVICE", kind = "resource"] = type.split("::");
    return (
      ARN_FORMS.get(type)?.(name) ??
      `arn:aws:${service.toLowerCase()}:REGION:ACCOUNT:${kind.toLowerCase()}/${name}`
    );
  };
  return {
    isDeclared: (name) => resources.has(name) || parameters.has(name),
    arnOf,
    reference: (name) =>
      PSEUDO_PARAMETERS.get(name) ??
      (ARN_BY_REF.test(typeOf(name)) ? arnOf(name) : parameterValue(parameters.get(name))),
    attribute: (path) =>
      path.endsWith(".Arn") && path.split(".").length === 2 ? arnOf(path.split(".")[0]!) : UNKNOWN,
  };
}

/** A parameter's default: what it is unless somebody says otherwise. */
function parameterValue(parameter: unknown): unknown {
  const { Type: type = "", Default: value = "" } = fieldsOf(parameter);
  // What stands in the parameter store is not in the template.
  if (value === "" || /^AWS::SSM::/.test(String(type))) {
    return UNKNOWN;
  }
  return /List/.test(String(type)) ? String(value).split(/\s*,\s*/) : String(value);
}
