import { expand } from "./action-pattern";
import type { Statement } from "./document";
import { quote } from "./element-reader";
import type { Escalation } from "./escalation";
import type { FullAccess } from "./full-access";
import type { InvokeGrant } from "./invoke-grants";
import type { OpenTrust } from "./trust";

/** A finding in words. */
export interface Explanation {
  readonly message: string;
  /** What to write instead, ready to paste. */
  readonly fix: string;
}

/** The actions that a least-privilege statement most often needs, for services of this kind of stack. */
const USUAL_ACTIONS: Readonly<
  Record<string, readonly [actions: readonly string[], resource: string]>
> = {
  sagemaker: [["sagemaker:InvokeEndpoint"], "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/NAME"],
  s3: [["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::BUCKET/PREFIX/*"],
  logs: [
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    "arn:aws:logs:REGION:ACCOUNT:log-group:/aws/lambda/NAME:*",
  ],
  ecr: [
    ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    "arn:aws:ecr:REGION:ACCOUNT:repository/NAME",
  ],
  lambda: [["lambda:InvokeFunction"], "arn:aws:lambda:REGION:ACCOUNT:function:NAME"],
  iam: [["iam:PassRole"], "arn:aws:iam::ACCOUNT:role/NAME"],
  dynamodb: [
    ["dynamodb:GetItem", "dynamodb:PutItem"],
    "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME",
  ],
  kms: [["kms:Decrypt"], "arn:aws:kms:REGION:ACCOUNT:key/ID"],
  secretsmanager: [
    ["secretsmanager:GetSecretValue"],
    "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-??????",
  ],
};
const EXAMPLES = 3;
/** More findings of one kind are counted, not shown. */
const MOST_EXPLAINED = 20;

/** How a message calls a statement: by its place, and its Sid where it has one. */
export function nameOf(statement: Statement): string {
  const of = statement.source === undefined ? "" : ` of ${statement.source}`;
  const place = `statement ${statement.index + 1}${of}`;
  return statement.sid ? `${place} (${quote(statement.sid)})` : place;
}

function namesOf(statements: readonly Statement[]): string {
  const shown = statements.slice(0, EXAMPLES).map(nameOf);
  const more = statements.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(" with ");
}

function statementOf(actions: readonly string[], resource: string, condition?: object): string {
  return JSON.stringify(
    {
      Effect: "Allow",
      Action: actions.length === 1 ? actions[0] : actions,
      Resource: resource,
      ...(condition === undefined ? {} : { Condition: condition }),
    },
    undefined,
    1,
  ).replace(/\n\s*/g, " ");
}

/** Which statement allows all of what: the pattern, how many actions that is, three of them. */
export function explainFullAccess(grants: readonly FullAccess[]): Explanation[] {
  return withRest(grants, explainOneFullAccess);
}

function explainOneFullAccess({ statements, by, pattern, services }: FullAccess): Explanation {
  const service = services.includes("sagemaker") ? "sagemaker" : services[0]!;
  const isNegated = by === "NotAction";
  const expanded = expand(by === "pattern" ? pattern : `${service}:*`);
  const extent =
    expanded.count === 0
      ? "the service is not among those AWS lists today"
      : `${expanded.count.toLocaleString("en")} actions${isNegated ? ` of ${service} alone` : ""}, such as ${expanded.examples.join(", ")}, and each that AWS adds`;
  const whole =
    services.length === 1 ? service : `${services.length} services, ${service} among them`;
  const [actions, resource] = USUAL_ACTIONS[service] ?? [
    expanded.count === 0 ? [`${service}:ACTION`] : expanded.examples.slice(0, 1),
    `arn:aws:${service}:REGION:ACCOUNT:NAME`,
  ];
  return {
    message: `${namesOf(statements)} allows ${isNegated ? "everything but its NotAction" : quote(pattern)}: every action of ${whole}, on every resource (${extent})`,
    fix: `Allow what is called, on what it is called on: ${statementOf(actions, resource)}`,
  };
}

/** What keeps a grant from being full access: a condition, or the actions that a Deny takes away. */
export function explainNearlyFullAccess(grants: readonly FullAccess[]): Explanation[] {
  return withRest(grants, (grant) => {
    const conditions = grant.statements
      .flatMap((statement) => statement.conditions)
      .map(({ operator, key }) => `${operator} ${key}`);
    const limit =
      conditions.length === 0
        ? "only single actions are denied"
        : `only its condition limits it: ${[...new Set(conditions)].slice(0, EXAMPLES).join(", ")}`;
    const { message, fix } = explainOneFullAccess(grant);
    return { message: `${message}; ${limit}`, fix };
  });
}

/** Explains the first ones, and says how many there are beside them. */
function withRest<T>(items: readonly T[], explain: (item: T) => Explanation): Explanation[] {
  const explained = items.slice(0, MOST_EXPLAINED).map(explain);
  const more = items.length - explained.length;
  const last = explained.at(-1);
  return more > 0 && last !== undefined
    ? [
        ...explained,
        { message: `the same in ${more.toLocaleString("en")} more places`, fix: last.fix },
      ]
    : explained;
}

/** Which statements let which invoke actions reach which endpoints: one explanation for each resource pattern. */
export function explainInvokeGrants(
  grants: readonly InvokeGrant[],
  endpointArn = "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/NAME",
): Explanation[] {
  const groups = new Map<string, InvokeGrant[]>();
  for (const grant of grants) {
    const key = `${grant.scope} ${grant.together ?? 1} ${grant.statement.resources?.negated === true} ${grant.resource}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [grant]);
    } else {
      group.push(grant);
    }
  }
  return withRest([...groups.values()], (group) => {
    const { statement, resource, scope, together = 1 } = group[0]!;
    const named =
      together > 1 ? `${quote(resource)} and ${together - 1} more patterns` : quote(resource);
    const on = statement.resources?.negated ? "everything but its NotResource" : named;
    const actions = [...new Set(group.map(({ action }) => action))];
    const statements = [...new Set(group.map((grant) => grant.statement))];
    return {
      message: `${namesOf(statements)} allows ${actions.join(", ")} on ${on}: ${REACH[scope]}`,
      fix: `Name the endpoint: ${statementOf(actions.slice(0, 1), endpointArn)}`,
    };
  });
}

const REACH: Readonly<Record<InvokeGrant["scope"], string>> = {
  none: "no endpoint",
  exact: "one endpoint",
  "same-name": "the endpoints of one name in several regions or accounts",
  variable: "endpoints that are known only at run time",
  prefix: "every endpoint whose name matches",
  unscoped: "every endpoint",
};

/** Which statement lets any role be passed. */
export function explainPassRole(statement: Statement): Explanation {
  return {
    message: `${nameOf(statement)} allows iam:PassRole on every role, to every service`,
    fix: `Name the role and the service: ${statementOf(
      ["iam:PassRole"],
      "arn:aws:iam::ACCOUNT:role/NAME",
      {
        StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" },
      },
    )}`,
  };
}

/** With which permissions the holder becomes more than it was meant to be. */
export function explainEscalation({ actions, how, statements }: Escalation): Explanation {
  return {
    message: `${namesOf(statements)} allows ${actions.join(" and ")} on every resource, with which its holder ${how}`,
    fix: `Name the resources, for example ${statementOf(actions.slice(0, 1), "arn:aws:iam::ACCOUNT:role/NAME")}`,
  };
}

/** Whom a trust or resource policy lets in. */
export function explainOpenTrust({ statement, principal, to }: OpenTrust): Explanation {
  const isService = to === "a service, for any customer";
  const what = statement.resources === undefined ? "the role can be assumed" : "it can be used";
  return {
    message: `${nameOf(statement)} trusts ${quote(principal)} without a condition: ${what} by ${to}`,
    fix: isService
      ? 'Say for whom the service acts: "Condition": { "StringEquals": { "aws:SourceAccount": "ACCOUNT" } }'
      : 'Name the principal: "Principal": { "AWS": "arn:aws:iam::ACCOUNT:role/NAME" }',
  };
}
