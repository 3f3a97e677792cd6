import { readFileSync } from "node:fs";
import path from "node:path";
import { hexDigest, type AwsAccount } from "./aws-resource-kinds";

type Properties = Readonly<Record<string, unknown>>;

/**
 * An answer of the right shape to a look-up that nothing is known of: the properties that the provider's SDK declares.
 *
 * Identifiers are made from the inputs, lists are empty, and what the program asked with is as it asked.
 *
 * @throws where the SDK that is installed has no such function
 */
export function standInAnswer(
  account: AwsAccount,
  token: string,
  inputs: Properties,
): Record<string, unknown> {
  const declarations = declarationsOf(token);
  if (declarations === undefined) {
    throw new Error(
      `The look-up ${token} has no answer offline: the provider's SDK that is installed does not declare it.`,
    );
  }
  const result = /export interface \w+Result \{([^]*?)\n\}/.exec(declarations)?.[1] ?? "";
  // An object's type goes over several lines; its beginning is enough.
  const declared = result.matchAll(/^ {4}readonly (\w+): ([^;\n]+)/gm);
  const name = hexDigest(`${token} ${JSON.stringify(inputs)}`, 16);
  return { ...valuesOf(account, token, name, declared), ...inputs };
}

/** What a resource of a kind that nothing is known of always has once it exists, as the provider's SDK declares it. */
export function standInOutputs(
  account: AwsAccount,
  type: string,
  name: string,
): Record<string, unknown> {
  const declared = (declarationsOf(type) ?? "").matchAll(
    /^ {4}readonly (\w+): pulumi\.Output<([\w.]+(?:\[\])?)>;/gm,
  );
  return valuesOf(account, type, name, declared);
}

function valuesOf(
  account: AwsAccount,
  token: string,
  name: string,
  declared: Iterable<RegExpExecArray>,
): Record<string, unknown> {
  return Object.fromEntries(
    [...declared].map(([, property, type]) => [
      property!,
      type === "string" ? textOf(account, token, name, property!) : emptyOf(type!),
    ]),
  );
}

function textOf(account: AwsAccount, token: string, name: string, property: string): string {
  const [, service, kind] = /:(\w+)\/(\w+):/.exec(token) ?? [];
  switch (property) {
    case "arn":
      return `arn:${account.partition}:${service!}:${account.region}:${account.accountId}:${kind!}/${name}`;
    case "name":
      return name;
    case "region":
      return account.region;
    default:
      return `${property}-${name}`;
  }
}

function emptyOf(type: string): unknown {
  switch (type) {
    case "number":
      return 0;
    case "boolean":
      return false;
    default:
      return type.endsWith("[]") ? [] : {};
  }
}

/** The SDK's declarations of a token such as `aws:eks/getCluster:getCluster`: the project's SDK, else Kennel's. */
function declarationsOf(token: string): string | undefined {
  const [, provider, module, file] = /^([\w-]+):([\w.-]+)\/(\w+):/.exec(token) ?? [];
  const paths = [process.cwd(), __dirname];
  try {
    const sdk = path.dirname(require.resolve(`@pulumi/${provider!}/package.json`, { paths }));
    const folder = module === "index" ? sdk : path.join(sdk, module!);
    return readFileSync(path.join(folder, `${file!}.d.ts`), "utf8");
  } catch {
    return undefined;
  }
}
