interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  readonly principals?: readonly Principal[];
  readonly notPrincipals?: readonly Principal[];
  readonly conditions?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

interface Principal {
  readonly type: string;
  readonly identifiers: readonly string[];
}

interface DocumentRequest {
  readonly version?: string;
  readonly policyId?: string;
  readonly sourceJson?: string;
  readonly overrideJson?: string;
  readonly sourcePolicyDocuments?: readonly string[];
  readonly overridePolicyDocuments?: readonly string[];
  readonly statements?: readonly Statement[];
}

type Written = Readonly<Record<string, unknown>>;

/**
 * The JSON that `aws.iam.getPolicyDocument` writes.
 *
 * A statement of an overriding document takes the place of the one with its Sid.
 */
export function policyDocument(inputs: Readonly<Record<string, unknown>>): string {
  const request = inputs as DocumentRequest;
  const sources = [request.sourceJson, ...(request.sourcePolicyDocuments ?? [])];
  const overrides = [request.overrideJson, ...(request.overridePolicyDocuments ?? [])];
  const statements = [
    ...sources.flatMap(statementsOf),
    ...(request.statements ?? []).map(writeStatement),
    ...overrides.flatMap(statementsOf),
  ];
  const last = new Map(statements.map((each, index) => [each["Sid"] ?? index, each]));
  return JSON.stringify({
    Version: request.version ?? "2012-10-17",
    ...(request.policyId === undefined ? {} : { Id: request.policyId }),
    Statement: [...last.values()],
  });
}

function statementsOf(json: string | undefined): readonly Written[] {
  const { Statement: found = [] } = JSON.parse(json || "{}") as {
    readonly Statement?: Written | readonly Written[];
  };
  return [found].flat() as readonly Written[];
}

function writeStatement(statement: Statement): Written {
  const elements: [string, unknown][] = [
    ["Sid", statement.sid || undefined],
    ["Effect", statement.effect ?? "Allow"],
    ["Action", statement.actions],
    ["NotAction", statement.notActions],
    ["Resource", statement.resources],
    ["NotResource", statement.notResources],
    ["Principal", writePrincipals(statement.principals)],
    ["NotPrincipal", writePrincipals(statement.notPrincipals)],
    ["Condition", writeConditions(statement.conditions)],
  ];
  return Object.fromEntries(elements.filter(([, value]) => value !== undefined));
}

function writePrincipals(principals: readonly Principal[] = []): unknown {
  if (principals.length === 0) {
    return undefined;
  }
  if (principals.some(({ type, identifiers }) => type === "*" && identifiers.includes("*"))) {
    return "*";
  }
  return grouped(principals.map(({ type, identifiers }) => [type, identifiers]));
}

function writeConditions(conditions: Statement["conditions"] = []): unknown {
  const tests = [...new Set(conditions.map(({ test }) => test))];
  return tests.length === 0
    ? undefined
    : Object.fromEntries(
        tests.map((test) => [
          test,
          grouped(
            conditions
              .filter((each) => each.test === test)
              .map(({ variable, values }) => [variable, values]),
          ),
        ]),
      );
}

/** One list a key, whatever number of times the key comes. */
function grouped(entries: readonly (readonly [string, readonly string[]])[]): Written {
  const lists: Record<string, string[]> = {};
  for (const [key, values] of entries) {
    (lists[key] ??= []).push(...values);
  }
  return lists;
}
