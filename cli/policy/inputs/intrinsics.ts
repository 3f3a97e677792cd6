import { isObject } from "../../../infra/schema/explain";
import { UNKNOWN } from "../../../policies/iam/unknown";
import { fieldsOf } from "./named-document";
import type { TemplateNames } from "./template-names";

/** The conditions that hold; undefined where both ways of each count. */
export type Met = ReadonlySet<string> | undefined;

/** Such as `${aws:username}`, which is IAM's to fill in. */
const POLICY_VARIABLE = /^(aws|s3|iam|sts|ec2|saml|www|cognito|graph|accounts)[.:](?!:)/i;

const PLACEHOLDER = /\$\{(!?)([^}]+)\}/;

/** A part of a text, and the name that stands for it where it is not known. */
type Part = readonly [value: unknown, name: string];

/** Replaces the intrinsic functions in a template's values by what they stand for, as far as the template shows it. */
export class Intrinsics {
  /**
   * @param note is told each expression whose value the template does not show. Alone or at the start of a text, it makes the
   *   whole text unknown; within a text, its name stands for it.
   */
  constructor(
    private readonly names: TemplateNames,
    private readonly met: Met,
    private readonly note: (expression: string) => void,
  ) {}

  /** The value without intrinsic functions; undefined for AWS::NoValue. */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((each) => this.resolve(each)).filter((each) => each !== undefined);
    }
    const call = callOf(value);
    if (call !== undefined) {
      const result = this.#call(...call);
      if (result === UNKNOWN) {
        this.note(JSON.stringify(value));
      }
      return result;
    }
    return isObject(value)
      ? Object.fromEntries(
          Object.entries(value)
            .map(([key, each]) => [key, this.resolve(each)] as const)
            .filter(([, each]) => each !== undefined),
        )
      : value;
  }

  #call(name: string, argument: unknown): unknown {
    const list = listOf(argument);
    switch (name) {
      case "Ref":
        return argument === "AWS::NoValue" ? undefined : this.names.reference(String(argument));
      case "Fn::GetAtt":
        return this.names.attribute(list.join("."));
      case "Fn::Sub":
        return this.#substituted(String(list[0]), fieldsOf(list[1]));
      case "Fn::Join":
        return Array.isArray(list[1]) ? this.#joined(list[1], String(list[0])) : UNKNOWN;
      case "Fn::If":
        return this.resolve(list[branchOf(list, this.met)]);
      case "Fn::Select": {
        const of = this.resolve(list[1]);
        return Array.isArray(of) ? (of as unknown[])[Number(list[0])] : UNKNOWN;
      }
      case "Fn::Split": {
        const text = this.resolve(list[1]);
        return typeof text === "string" ? text.split(String(list[0])) : UNKNOWN;
      }
      case "Fn::ToJsonString":
        return this.resolve(argument);
      default:
        return UNKNOWN;
    }
  }

  #substituted(pattern: string, own: Readonly<Record<string, unknown>>): unknown {
    const { names } = this;
    const parts = pattern.split(/(?=\$\{)|(?<=\$\{[^}]*\})/).map((text): Part => {
      const [, literal, path = ""] = PLACEHOLDER.exec(text) ?? [];
      if (literal === undefined) {
        return [text, ""];
      }
      if (Object.hasOwn(own, path)) {
        return [this.resolve(own[path]), path];
      }
      const isVariable = POLICY_VARIABLE.test(path) && !names.isDeclared(path.split(".")[0]!);
      if (literal !== "" || isVariable) {
        return [`\${${path}}`, ""];
      }
      const isReference = path.includes("::") || !path.includes(".");
      const value = isReference ? names.reference(path) : names.attribute(path);
      if (value === UNKNOWN) {
        this.note(path);
      }
      return [value, path];
    });
    return textOf(parts, "");
  }

  #joined(list: readonly unknown[], by: string): unknown {
    const parts = list.map((each): Part => [this.resolve(each), nameOf(each)]);
    return textOf(
      parts.filter(([each]) => each !== undefined),
      by,
    );
  }
}

/** The names that a value refers to. */
export function referencesIn(value: unknown, met: Met): string[] {
  const [name, argument] = callOf(value) ?? [];
  const list = listOf(argument);
  switch (name) {
    case "Ref":
      return [String(argument)];
    case "Fn::GetAtt":
      return [String(list[0]).split(".")[0]!];
    case "Fn::Sub":
      return [
        ...[...String(list[0]).matchAll(new RegExp(PLACEHOLDER, "g"))].map(
          ([, , path]) => path!.split(".")[0]!,
        ),
        ...referencesIn(list[1], met),
      ];
    case "Fn::If":
      return referencesIn(met === undefined ? list.slice(1) : list[branchOf(list, met)], met);
    default:
      return typeof value === "object" && value !== null
        ? Object.values(value).flatMap((each) => referencesIn(each, met))
        : [];
  }
}

/** Which of an If's arguments holds. */
function branchOf([condition]: readonly unknown[], met: Met): 1 | 2 {
  return met === undefined || met.has(String(condition)) ? 1 : 2;
}

/** The name and argument of an intrinsic function; undefined for any other value. */
function callOf(value: unknown): readonly [name: string, argument: unknown] | undefined {
  const [call, ...others] = isObject(value) ? Object.entries(value) : [];
  return call !== undefined && others.length === 0 && /^(Ref$|Fn::)/.test(call[0])
    ? call
    : undefined;
}

function listOf(argument: unknown): readonly unknown[] {
  return Array.isArray(argument) ? argument : [argument];
}

function textOf(parts: readonly Part[], by: string): unknown {
  return parts[0]?.[0] === UNKNOWN
    ? UNKNOWN
    : parts.map(([each, name]) => (each === UNKNOWN ? name : String(each))).join(by);
}

/** What stands within a text for an expression that is not known. */
function nameOf(expression: unknown): string {
  const [name, argument] = callOf(expression) ?? [];
  return name === "Ref" || name === "Fn::GetAtt" ? listOf(argument).join(".") : "VALUE";
}
