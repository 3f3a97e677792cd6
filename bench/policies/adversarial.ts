/** A document made to take an evaluator long. */
export interface AdversarialDocument {
  readonly id: string;
  readonly text: string;
}

type Fields = Readonly<Record<string, unknown>>;

const ENDPOINT = "arn:aws:sagemaker:eu-central-1:123456789012:endpoint/";

/** Documents far beyond what AWS stores (10,240 characters for a role's inline policies): what a mistake or an attacker may send. */
export function adversarialDocuments(): AdversarialDocument[] {
  return [...starHeavy(), ...long(), ...denied(), ...nested()];
}

function starHeavy(): AdversarialDocument[] {
  return [
    judged("stars in an action, 100,000 characters", [allow(`s3:${"*a".repeat(50_000)}`)]),
    judged("stars in a service, 100,000 characters", [allow(`${"*a".repeat(50_000)}:*`)]),
    judged("stars in a resource, 100,000 characters", [
      allow("sagemaker:InvokeEndpoint", `arn:aws:sagemaker:${"*e".repeat(50_000)}`),
    ]),
    judged("stars before every part of an endpoint's ARN", [
      allow("sagemaker:Invoke*", `${"*a*:".repeat(10_000)}*endpoint/*${"*b".repeat(20_000)}`),
    ]),
    judged("question marks, 100,000 characters", [
      allow(`s3:${"?".repeat(100_000)}`, `arn:aws:s3:::${"*?".repeat(50_000)}`),
    ]),
    judged("nothing but stars, 100,000", [allow("*".repeat(100_000), "*".repeat(100_000))]),
    judged("3,000 actions with a star for the service", [
      allow(many(3_000, (number) => `*${number % 10}*a*:*${number}*`)),
    ]),
    judged("20,000 actions with stars in one service", [
      allow(many(20_000, (number) => `sagemaker:*${number}*Endpoint*`)),
    ]),
    judged("10,000 endpoint patterns with stars", [
      allow(
        "sagemaker:Invoke*",
        many(10_000, (number) => `arn:*:sagemaker:*:*:end*t/*${number}*x*`),
      ),
    ]),
  ];
}

function long(): AdversarialDocument[] {
  return [
    judged(
      "10,000 statements",
      many(10_000, (number) => allow(`s3:Get${number}*`, `arn:aws:s3:::bucket-${number}/*`)),
    ),
    judged(
      "10,000 statements that allow everything",
      many(10_000, () => allow("*")),
    ),
    judged(
      "5,000 statements of a letter each",
      many(5_000, (number) => allow(`s3:${String.fromCharCode(65 + (number % 26))}*`)),
    ),
    judged("40,000 actions", [allow(many(40_000, (number) => `s3:Action${number}`))]),
    judged("2,000 actions on 2,000 resources", [
      allow(
        many(2_000, (number) => `sagemaker:Invoke*${number % 7}`),
        many(2_000, (number) => `${ENDPOINT}name-${number}-*`),
      ),
    ]),
    judged("NotAction with 10,000 patterns", [
      { Effect: "Allow", NotAction: many(10_000, (number) => `s3:*${number}*`), Resource: "*" },
    ]),
    judged("NotAction with 2,000 services by wildcard", [
      { Effect: "Allow", NotAction: many(2_000, (number) => `*${number}*:*`), Resource: "*" },
    ]),
    judged("NotResource with 10,000 patterns", [
      {
        Effect: "Allow",
        Action: "sagemaker:*",
        NotResource: many(10_000, (number) => `${ENDPOINT}*${number}*`),
      },
    ]),
    judged("10,000 policy variables", [
      allow("sagemaker:InvokeEndpoint", `${ENDPOINT}${"${aws:username}".repeat(10_000)}`),
    ]),
    judged("10,000 conditions", [
      {
        ...allow("s3:*"),
        Condition: {
          StringLike: Object.fromEntries(
            many(10_000, (number) => [`aws:PrincipalTag/${number}`, ["*", "a"]]),
          ),
        },
      },
    ]),
  ];
}

function denied(): AdversarialDocument[] {
  return [
    judged("5,000 exact Deny statements", [
      allow("*"),
      ...many(5_000, (number) => deny("sagemaker:InvokeEndpoint", `${ENDPOINT}dogs-${number}`)),
    ]),
    judged("300 Allow and 300 Deny statements on endpoint patterns", [
      ...many(300, (number) => allow("sagemaker:Invoke*", `${ENDPOINT}a*${number}*`)),
      ...many(300, (number) => deny("sagemaker:Invoke*", `${ENDPOINT}*b*${number}`)),
    ]),
    judged("3,000 Allow and 3,000 Deny statements on endpoint patterns", [
      ...many(3_000, (number) => allow("sagemaker:Invoke*", `${ENDPOINT}a*${number}*`)),
      ...many(3_000, (number) => deny("sagemaker:Invoke*", `${ENDPOINT}*b*${number}`)),
    ]),
    judged("300 whole services and 5,000 Deny statements with stars", [
      allow("*"),
      ...many(5_000, (number) => deny(`*${number % 97}*:*${number}*`)),
    ]),
    judged("5,000 Deny statements with NotAction", [
      allow("*"),
      ...many(5_000, (number) => ({
        Effect: "Deny",
        NotAction: [`s3:Get${number}*`, "*:*"],
        Resource: "*",
      })),
    ]),
    judged("5,000 Deny statements with NotResource", [
      allow("sagemaker:*"),
      ...many(5_000, (number) => ({
        Effect: "Deny",
        Action: "sagemaker:Invoke*",
        NotResource: [`${ENDPOINT}*${number}*`, "*"],
      })),
    ]),
  ];
}

function nested(): AdversarialDocument[] {
  const depth = 50_000;
  return [
    { id: "50,000 lists in each other", text: `${"[".repeat(depth)}${"]".repeat(depth)}` },
    {
      id: "5,000 lists in each other as Action",
      text: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":${"[".repeat(5_000)}"*"${"]".repeat(5_000)},"Resource":"*"}]}`,
    },
    { id: "50,000 objects never closed", text: '{"a":'.repeat(depth) },
    {
      id: "one key 50,000 times",
      text: `{"Version":"2012-10-17",${'"Id":"a",'.repeat(depth)}"Statement":[]}`,
    },
    {
      id: "200,000 escaped quotation marks",
      text: `{"Version":"2012-10-17","Id":"${'\\"'.repeat(200_000)}","Statement":[]}`,
    },
    { id: "1,000,000 blanks", text: " ".repeat(1_000_000) },
    {
      id: "50,000 unknown elements",
      text: JSON.stringify({
        Version: "2012-10-17",
        Statement: Object.fromEntries(many(50_000, (number) => [`Action${number}`, "*"])),
      }),
    },
  ];
}

function judged(id: string, statements: readonly Fields[]): AdversarialDocument {
  return { id, text: JSON.stringify({ Version: "2012-10-17", Statement: statements }) };
}

function allow(action: unknown, resource: unknown = "*"): Fields {
  return { Effect: "Allow", Action: action, Resource: resource };
}

function deny(action: unknown, resource: unknown = "*"): Fields {
  return { Effect: "Deny", Action: action, Resource: resource };
}

function many<Item>(count: number, make: (number: number) => Item): Item[] {
  return Array.from({ length: count }, (_, number) => make(number));
}
