import assert from "node:assert/strict";
import fc from "fast-check";
import { comparePolicies, type Difference } from "./diff";
import { isAllowed, type Request } from "./evaluate";
import { loadAllServices, services } from "./services";
import { UNKNOWN } from "./unknown";

/** More pairs for a campaign: `KENNEL_RUNS=20000 npx mocha policies/iam/diff.test.ts`. */
const RUNS = Number(process.env["KENNEL_RUNS"] ?? 100);

type Fields = Readonly<Record<string, unknown>>;
type Context = Request["context"];

const document = (...statements: Fields[]): Fields => ({
  Version: "2012-10-17",
  Statement: statements,
});
const allow = (Action: unknown, Resource: unknown = "*", more: Fields = {}): Fields => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const deny = (...parts: Parameters<typeof allow>): Fields => ({
  ...allow(...parts),
  Effect: "Deny",
});
const when = (Condition: Fields): Fields => ({ Condition });

const ACTIONS = ["s3:GetObject", "s3:GetZebra", "s3:PutObject", "sqs:SendMessage", "sqs:Zap"];
const RESOURCES = [
  "*",
  ..."a,ab,b,a/b,ab/a,home/x".split(",").map((name) => `arn:aws:s3:::${name}`),
];
const PRINCIPALS: Request["principal"][] = [
  { AWS: "arn:aws:iam::111111111111:role/a" },
  { AWS: "arn:aws:iam::111111111111:role/b" },
  { AWS: "arn:aws:iam::222222222222:user/a" },
  { AWS: "arn:aws:sts::111111111111:assumed-role/a/session" },
  { AWS: "arn:aws-cn:iam::111111111111:role/a" },
  { Service: "s3.amazonaws.com" },
  { Federated: "accounts.google.com" },
];
/** For each key the values that a request may have; undefined: it lacks the key. */
const VALUES: Readonly<Record<string, readonly (string | readonly string[] | undefined)[]>> = {
  "aws:PrincipalTag/t": [undefined, "a", "A", "ab", "b"],
  "aws:TagKeys": [undefined, ["a"], ["b"], ["a", "b"]],
  "aws:SourceIp": [undefined, "10.0.0.1", "10.128.0.1", "192.0.2.1", "2001:db8::1"],
  "s3:max-keys": [undefined, "5", "10", "11"],
  "aws:SecureTransport": ["true", "false"],
  "aws:SourceArn": [
    undefined,
    "arn:aws:s3:::a",
    "arn:aws:sns:x:111111111111:a",
    "arn:aws:sns:x:y:a:b",
  ],
  "aws:CurrentTime": ["2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"],
};

/** A key whose values may be of any kind. */
const K = "aws:PrincipalTag/k";

const pick = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const someOf = <T>(...values: T[]): fc.Arbitrary<T[]> =>
  fc.uniqueArray(pick(...values), { minLength: 1, maxLength: 3 });
/** Mostly a few; now and then a long list, which other code may decide. */
const manyOf = <T>(...values: T[]): fc.Arbitrary<T[]> =>
  fc.oneof(
    { weight: 7, arbitrary: someOf(...values) },
    { weight: 1, arbitrary: fc.uniqueArray(pick(...values), { minLength: 9, maxLength: 14 }) },
  );

const oneCondition: fc.Arbitrary<Fields> = fc.oneof(
  fc
    .tuple(
      pick("", "ForAllValues:", "ForAnyValue:"),
      pick(
        "StringEquals",
        "StringNotEquals",
        "StringLike",
        "StringNotLike",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
      ),
      pick("", "", "IfExists"),
      pick("aws:PrincipalTag/t", "aws:TagKeys"),
      manyOf(..."a,A,b,B,ab,AB,a*,A*,*,?b,*b,c,cc".split(",")),
    )
    .filter(([quantifier, , , key]) => (quantifier !== "") === (key === "aws:TagKeys"))
    .map(([quantifier, base, ifExists, key, values]) => ({
      [`${quantifier}${base}${ifExists}`]: { [key]: values },
    })),
  fc
    .tuple(
      pick("IpAddress", "NotIpAddress", "IpAddressIfExists"),
      someOf("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "0.0.0.0/0", "2001:db8::/32", "::/0"),
    )
    .map(([operator, values]) => ({ [operator]: { "aws:SourceIp": values } })),
  fc
    .tuple(
      pick(
        "Equals",
        "NotEquals",
        "LessThan",
        "LessThanEquals",
        "GreaterThan",
        "GreaterThanEqualsIfExists",
      ),
      pick<unknown>("5", "10", 10),
    )
    .map(([operator, value]) => ({ [`Numeric${operator}`]: { "s3:max-keys": value } })),
  fc
    .tuple(pick("Bool", "BoolIfExists", "Null"), someOf("true", "false"))
    .map(([operator, values]) => ({ [operator]: { "aws:SecureTransport": values } })),
  fc
    .tuple(
      pick("ArnLike", "ArnNotLike", "ArnEqualsIfExists"),
      someOf("arn:aws:s3:::*", "arn:aws:sns:*:111111111111:*", "arn:*:*:*:*:a", "arn:aws:sns:*:a"),
    )
    .map(([operator, values]) => ({ [operator]: { "aws:SourceArn": values } })),
  fc
    .tuple(
      pick("DateLessThan", "DateGreaterThanIfExists"),
      pick("2020-01-01T00:00:00Z", "2025-06-01"),
    )
    .map(([operator, value]) => ({ [operator]: { "aws:CurrentTime": value } })),
  fc
    .tuple(pick("StringEquals", "StringNotEquals"), pick("a", "b"), pick("true", "false"))
    .map(([operator, value, isAbsent]) => ({
      [operator]: { "aws:PrincipalTag/t": value },
      Null: { "aws:TagKeys": isAbsent },
    })),
);

/** Two conditions often look at one key: one that ignores case beside one that does not, say. */
const condition = fc.oneof(
  oneCondition,
  fc.tuple(oneCondition, oneCondition).map(([one, other]) => ({ ...one, ...other })),
);

const actions = manyOf(
  ..."s3:GetObject,S3:Get*,s3:*,*,s3:PutObject,sqs:*,sqs:SendMessage,s*:*e*,s3:GetZebra".split(","),
  ..."s3:G*,s3:P*,s3:*t,sqs:S*,sqs:?ap,*:Get*".split(","),
);
const resources = manyOf(
  "*",
  "arn:*",
  "arn:aws:s3",
  "arn:aws:sqs:*",
  "arn:*:s3::",
  ..."a,a*,*b,?,*/*,*,b,ab,a/*,home/*,*a,??,x".split(",").map((name) => `arn:aws:s3:::${name}`),
);
const principals = pick<unknown>(
  "*",
  { AWS: "*" },
  { AWS: "111111111111" },
  { AWS: "arn:aws:iam::111111111111:role/a" },
  { AWS: "arn:aws:sts::111111111111:assumed-role/a/session" },
  { AWS: ["arn:aws:iam::222222222222:root", "arn:aws:iam::111111111111:role/b"] },
  { AWS: ["arn:aws-cn:iam::111111111111:root", "222222222222"] },
  { Service: "s3.amazonaws.com" },
  { Federated: "accounts.google.com", AWS: "arn:aws:iam::111111111111:role/a" },
);

const statementOf = (withPrincipals: boolean): fc.Arbitrary<Fields> =>
  fc
    .record({
      effect: pick("Allow", "Allow", "Deny"),
      actions,
      isNotAction: fc.integer({ min: 0, max: 5 }).map((each) => each === 0),
      resources,
      isNotResource: fc.integer({ min: 0, max: 5 }).map((each) => each === 0),
      condition: fc.option(condition, { nil: undefined, freq: 2 }),
      principals,
      isNotPrincipal: fc.integer({ min: 0, max: 5 }).map((each) => each === 0),
    })
    .map((parts) => ({
      Effect: parts.effect,
      [parts.isNotAction ? "NotAction" : "Action"]: parts.actions,
      [parts.isNotResource ? "NotResource" : "Resource"]: parts.resources,
      ...(withPrincipals
        ? { [parts.isNotPrincipal ? "NotPrincipal" : "Principal"]: parts.principals }
        : {}),
      ...(parts.condition === undefined ? {} : { Condition: parts.condition }),
    }));
const statements = (withPrincipals = false): fc.Arbitrary<Fields[]> =>
  fc.array(statementOf(withPrincipals), { minLength: 1, maxLength: 4 });

const MOST_CONTEXTS = 12;

/** Combinations of what the universe has, as far as the documents look at it. */
function* requests(text: string, withPrincipals: boolean, seed: number): Generator<Request> {
  const keys = Object.keys(VALUES).filter((key) => text.includes(`"${key}"`));
  const contexts = keys.reduce<Context[]>(
    (found, key) =>
      found.flatMap((context) =>
        VALUES[key]!.map((value) => (value === undefined ? context : { ...context, [key]: value })),
      ),
    [{}],
  );
  const stride = Math.ceil(contexts.length / MOST_CONTEXTS);
  for (const principal of withPrincipals ? PRINCIPALS : [undefined]) {
    for (const action of ACTIONS) {
      for (const resource of RESOURCES) {
        for (let at = seed % stride; at < contexts.length; at += stride) {
          const context = contexts[at]!;
          yield { ...(principal === undefined ? {} : { principal }), action, resource, context };
        }
      }
    }
  }
}

const isWithin = (found: Difference, ...relations: Difference["relation"][]): boolean =>
  relations.includes(found.relation);

describe("the difference of two policies", function () {
  this.timeout(Math.max(120_000, RUNS * 400));
  before(loadAllServices);

  for (const withPrincipals of [false, true]) {
    it(`is what brute force finds${withPrincipals ? ", with principals" : ""}`, () => {
      let undecided = 0;
      fc.assert(
        fc.property(
          statements(withPrincipals),
          fc.oneof(statements(withPrincipals), fc.func(fc.boolean())),
          fc.array(statementOf(withPrincipals), { maxLength: 1 }),
          fc.nat(),
          (older, other, more, seed) => {
            // Mostly the new document is the old one with a statement more or less: close pairs are the hard ones.
            const newer =
              typeof other === "function"
                ? [...older.filter((each) => other(each)), ...more]
                : other;
            const [before, after] = [
              document(...older),
              document(...(newer.length > 0 ? newer : older)),
            ];
            const found = comparePolicies(before, after);
            undecided += found.relation === "unknown" ? 1 : 0;
            for (const request of found.newlyAllowed) {
              assert.ok(isAllowed([after], request) && !isAllowed([before], request));
            }
            for (const request of found.noLongerAllowed) {
              assert.ok(isAllowed([before], request) && !isAllowed([after], request));
            }
            const text = JSON.stringify([before, after]);
            for (const request of requests(text, withPrincipals, seed)) {
              const [was, is] = [isAllowed([before], request), isAllowed([after], request)];
              if (is && !was) {
                assert.ok(
                  isWithin(found, "wider", "incomparable", "unknown"),
                  JSON.stringify(request),
                );
              }
              if (was && !is) {
                assert.ok(
                  isWithin(found, "narrower", "incomparable", "unknown"),
                  JSON.stringify(request),
                );
              }
            }
          },
        ),
        { numRuns: RUNS },
      );
      assert.ok(undecided < RUNS / 1000 + 1, `${undecided} undecided`);
    });
  }

  it("misses no request where several kinds of conditions look at one key", () => {
    const values = ["true", "True", "x", "10", "10.0", "107", "200", "5", "10.1.0.1", "10.2.0.1"];
    const one = fc
      .tuple(
        pick("StringLike", "StringNotLike", "StringEquals", "StringEqualsIgnoreCase", "Bool").chain(
          (operator) =>
            fc.tuple(
              fc.constant(operator),
              operator === "Bool"
                ? someOf("true", "false")
                : someOf("true", "1*", "10*", "*7", "10.1.*", "10"),
            ),
        ),
        fc.oneof(
          fc.tuple(
            pick("NumericLessThan", "NumericGreaterThanEquals", "NumericEquals"),
            pick("10", "100"),
          ),
          fc.tuple(pick("IpAddress", "NotIpAddress"), pick("10.0.0.0/8", "10.1.0.0/16")),
          fc.tuple(pick("Bool", "StringNotEquals"), pick("true", "false")),
          fc.tuple(pick("StringNotEquals"), pick("10")),
        ),
        fc.boolean(),
      )
      .map(([[operator, given], [other, value], isBoth]) => ({
        [operator]: { "s3:k": given },
        ...(isBoth ? { [other]: { "s3:k": value } } : {}),
      }));
    const several = fc.array(one, { minLength: 1, maxLength: 2 });
    let undecided = 0;
    fc.assert(
      fc.property(several, several, (old, now) => {
        const [before, after] = [old, now].map((all) =>
          document(...all.map((each) => allow("s3:GetObject", "*", when(each)))),
        );
        const found = comparePolicies(before, after);
        undecided += found.relation === "unknown" ? 1 : 0;
        for (const k of values) {
          const request = { action: "s3:GetObject", resource: "*", context: { "s3:k": k } };
          if (isAllowed([after], request) && !isAllowed([before], request)) {
            assert.ok(isWithin(found, "wider", "incomparable", "unknown"), k);
          }
        }
      }),
      { numRuns: RUNS * 3 },
    );
    assert.ok(undecided < RUNS * 2, `${undecided} of ${RUNS * 3} undecided`);
  });

  it("is found between two bounds, of a role's sessions, and not of requests that nobody sends", () => {
    const get = (Condition: Fields): Fields =>
      document(allow("s3:GetObject", "*", when(Condition)));
    const trust = (AWS: string): Fields =>
      document({ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" });
    const secure = (effect: "Allow" | "Deny", value: string): Fields => ({
      ...allow("s3:*", "*", when({ Bool: { "aws:SecureTransport": value } })),
      Effect: effect,
    });
    const compared: [older: Fields, newer: Fields, Difference["relation"]][] = [
      [
        get({ NumericLessThanEquals: { [K]: "5" } }),
        get({ NumericLessThan: { [K]: "6" } }),
        "wider",
      ],
      [
        get({ DateLessThanEquals: { [K]: "2030-01-01T00:00:00Z" } }),
        get({ DateLessThan: { [K]: "2030-01-01T00:00:01Z" } }),
        "wider",
      ],
      [
        trust("arn:aws-cn:iam::111111111111:root"),
        trust("arn:aws:iam::111111111111:root"),
        "incomparable",
      ],
      [
        trust("arn:aws:iam::111111111111:role/path/a"),
        trust("arn:aws:sts::111111111111:assumed-role/a/session"),
        "narrower",
      ],
      [
        document(secure("Allow", "true")),
        document(allow("s3:*"), secure("Deny", "false")),
        "equal",
      ],
      [
        get({ NumericLessThan: { [K]: "9007199254740993" } }),
        get({ NumericLessThan: { [K]: "9007199254740995" } }),
        "unknown",
      ],
    ];
    for (const [older, newer, relation] of compared) {
      assert.equal(comparePolicies(older, newer).relation, relation, JSON.stringify(newer));
    }
  });

  it("is told of percent-encoded texts, and beside a document that is not known yet", () => {
    const [less, more] = [document(allow("s3:Get*")), document(allow("s3:*"))];
    const encoded = (each: Fields): string => encodeURIComponent(JSON.stringify(each));
    assert.equal(comparePolicies(encoded(less), encoded(more)).relation, "wider");
    const beside = (each: Fields): Fields => ({ documents: [UNKNOWN, each] });
    assert.equal(comparePolicies(beside(less), beside(more)).relation, "wider");
  });

  it("is none where statements are only written otherwise", () => {
    const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
    const parted = (statement: Fields, element: string): Fields[] =>
      element in statement
        ? listed(statement[element]).map((each) => ({ ...statement, [element]: each }))
        : [statement];
    const inCapitals = (statement: Fields, element: string): Fields =>
      element in statement
        ? {
            ...statement,
            [element]: listed(statement[element]).map((each) => String(each).toUpperCase()),
          }
        : statement;
    const rewrites: ((statements: readonly Fields[]) => readonly Fields[])[] = [
      (all) => [...all].reverse(),
      (all) => [...all.slice(1), ...all.slice(0, 1)],
      (all) => [...all, ...all.slice(0, 1)],
      (all) => all.map((each) => ({ ...each, Sid: "" })),
      (all) => all.flatMap((each) => parted(each, "Action")),
      (all) => all.flatMap((each) => parted(each, "Resource")),
      (all) => all.map((each) => inCapitals(inCapitals(each, "Action"), "NotAction")),
    ];
    fc.assert(
      fc.property(
        fc.boolean().chain((withPrincipals) => statements(withPrincipals)),
        fc.array(pick(...rewrites), { minLength: 1, maxLength: 4 }),
        (older, steps) => {
          const newer = steps.reduce<readonly Fields[]>((all, rewrite) => rewrite(all), older);
          const { relation } = comparePolicies(document(...older), document(...newer));
          assert.equal(relation, "equal", JSON.stringify(newer));
        },
      ),
      { numRuns: RUNS },
    );
  });

  const equal: Readonly<Record<string, readonly [older: unknown, newer: unknown]>> = {
    "the order of statements": [
      document(allow("s3:GetObject"), deny("s3:*", "arn:aws:s3:::a")),
      document(deny("s3:*", "arn:aws:s3:::a"), allow("s3:GetObject")),
    ],
    "a Sid, an Id and the text's form": [
      document(allow("s3:GetObject")),
      JSON.stringify(
        { Id: "a", ...document({ Sid: "b", ...allow("s3:GetObject") }) },
        undefined,
        4,
      ),
    ],
    "lists and single values": [
      document(allow("s3:GetObject", "arn:aws:s3:::a")),
      { Version: "2012-10-17", Statement: allow(["s3:GetObject"], ["arn:aws:s3:::a"]) },
    ],
    case: [document(allow("s3:GetObject")), document(allow("S3:getobject"))],
    "statements split up": [
      document(allow(["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::a", "arn:aws:s3:::b/*"])),
      document(
        allow("s3:GetObject", "arn:aws:s3:::a"),
        allow("s3:PutObject", "arn:aws:s3:::a"),
        allow(["s3:PutObject", "s3:GetObject"], "arn:aws:s3:::b/*"),
      ),
    ],
    "NotAction written out": [
      document({ Effect: "Allow", NotAction: ["iam:*", "sts:*"], Resource: "*" }),
      document(
        allow(
          [...services()]
            .filter((each) => !["iam", "sts"].includes(each))
            .map((each) => `${each}:*`),
        ),
      ),
    ],
    "NotAction as a Deny": [
      document({ Effect: "Allow", NotAction: ["iam:*", "s3:Get*"], Resource: "*" }),
      document(allow("*"), deny(["s3:Get*", "IAM:*"])),
    ],
    "NotResource as a Deny": [
      document({ Effect: "Allow", Action: "s3:*", NotResource: "arn:aws:s3:::a/*" }),
      document(allow("s3:*"), deny("s3:*", "arn:aws:s3:::a/*")),
    ],
    "wildcards that take in nothing more": [
      document(allow("s3:Get*", ["arn:aws:s3:::a*", "arn:aws:s3:::ab"])),
      document(allow(["s3:GetObject", "s3:Get**"], "arn:aws:s3:::a**")),
    ],
    "a condition's values split up": [
      document(
        allow("s3:GetObject", "*", when({ StringEquals: { "aws:PrincipalTag/a": ["b", "c"] } })),
      ),
      document(
        allow("s3:GetObject", "*", when({ StringEquals: { "aws:principaltag/a": "c" } })),
        allow("s3:GetObject", "*", when({ StringLike: { "aws:PrincipalTag/a": "b" } })),
      ),
    ],
    "addresses split up": [
      document(allow("s3:GetObject", "*", when({ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }))),
      document(
        allow(
          "s3:GetObject",
          "*",
          when({ IpAddress: { "aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"] } }),
        ),
      ),
    ],
    "the stars in an ARN that has too few fields": [
      document(
        allow("*"),
        deny("sqs:*", "arn:aws:sqs"),
        deny("s3:*", "arn:aws:s3:::${aws:username}"),
        { Effect: "Deny", Action: "sns:*", NotResource: "arn:aws:sns:*" },
      ),
      document(
        allow("*"),
        deny("sqs:*", "arn:aws:sqs:*:*:*"),
        deny("s3:*", "arn:aws:s3:::${aws:username}"),
        { Effect: "Deny", Action: "sns:*", NotResource: "arn:aws:sns:*:*:*" },
      ),
    ],
    "policy variables": [
      document(allow("s3:GetObject", "arn:aws:s3:::a/${aws:username}/*")),
      document(allow(["s3:GetObject"], "arn:aws:s3:::a/${AWS:username}/*")),
    ],
    "an account's number and its root": [
      document({ ...allow("s3:GetObject"), Principal: { AWS: "123456789012" } }),
      document({ ...allow("s3:GetObject"), Principal: { AWS: "arn:aws:iam::123456789012:root" } }),
    ],
    "everybody written otherwise": [
      document({ ...allow("s3:GetObject"), Principal: "*" }),
      document({ ...allow("s3:GetObject"), Principal: { AWS: ["*"] } }),
    ],
    "one document and several": [
      document(allow("s3:GetObject"), allow("sqs:SendMessage")),
      [document(allow("sqs:SendMessage")), document(allow("s3:GetObject"))],
    ],
    "a boundary and what lies within it": [
      { documents: [document(allow("*"))], boundary: document(allow("s3:*")) },
      document(allow("s3:*")),
    ],
    "names that objects have": [
      document(allow(["constructor:*", "__proto__:toString"])),
      document(allow("__proto__:tostring"), allow("Constructor:*")),
    ],
  };
  for (const [title, [older, newer]] of Object.entries(equal)) {
    it(`is none: ${title}`, () => {
      assert.deepEqual(comparePolicies(older, newer), {
        relation: "equal",
        newlyAllowed: [],
        noLongerAllowed: [],
        reasons: [],
      });
    });
  }

  it("is a request that shows it", () => {
    const older = document(
      allow("s3:GetObject", "arn:aws:s3:::a/*"),
      deny("s3:*", "arn:aws:s3:::a/secret*"),
    );
    assert.deepEqual(comparePolicies(older, document(allow("s3:GetObject", "arn:aws:s3:::a/*"))), {
      relation: "wider",
      newlyAllowed: [{ action: "s3:GetObject", resource: "arn:aws:s3:::a/secret", context: {} }],
      noLongerAllowed: [],
      reasons: [],
    });
    const one = allow("s3:GetObject", "arn:aws:s3:::a");
    const shown: [Fields, resource: string, context: Context][] = [
      [
        allow(
          "s3:GetObject",
          "arn:aws:s3:::home/${aws:UserName}/*",
          when({ StringEquals: { "aws:PrincipalTag/Team": "a" } }),
        ),
        "arn:aws:s3:::home/x/",
        { "aws:PrincipalTag/Team": "a", "aws:username": "x" },
      ],
      [
        allow(
          "s3:GetObject",
          "arn:aws:s3:::b",
          when({
            StringEqualsIgnoreCase: { "aws:PrincipalTag/Team": "a-1" },
            StringLike: { "aws:PrincipalTag/Team": "A*" },
          }),
        ),
        "arn:aws:s3:::b",
        { "aws:PrincipalTag/Team": "A-1" },
      ],
      [
        allow(
          "s3:GetObject",
          "arn:aws:s3:::c",
          when({
            "ForAnyValue:StringEquals": { "aws:TagKeys": "a" },
            "ForAnyValue:StringLike": { "aws:TagKeys": "b*" },
            "ForAllValues:StringLike": { "aws:TagKeys": "?" },
          }),
        ),
        "arn:aws:s3:::c",
        { "aws:TagKeys": ["a", "b"] },
      ],
      [
        allow(
          "s3:GetObject",
          "arn:aws:s3:::e",
          when({
            Null: { "aws:TagKeys": "false" },
            "ForAnyValue:StringEquals": { "aws:TagKeys": "a" },
            "ForAnyValue:StringLike": { "aws:TagKeys": "b*" },
          }),
        ),
        "arn:aws:s3:::e",
        { "aws:TagKeys": ["a", "b"] },
      ],
      [
        allow(
          "s3:GetObject",
          "arn:aws:s3:::d",
          when({
            Null: { "aws:PrincipalTag/Team": "false" },
            StringNotEquals: { "aws:PrincipalTag/Team": "x" },
          }),
        ),
        "arn:aws:s3:::d",
        { "aws:PrincipalTag/Team": "xx" },
      ],
    ];
    assert.deepEqual(
      comparePolicies(
        document(allow("s3:GetObject", "arn:*")),
        document(allow("s3:GetObject", "*")),
      ).newlyAllowed,
      [{ action: "s3:GetObject", resource: "*", context: {} }],
    );
    const tagged = (operator: string): Fields =>
      document(allow("s3:GetObject", "*", when({ [operator]: { "aws:PrincipalTag/t": "a" } })));
    assert.equal(
      comparePolicies(tagged("StringEquals"), tagged("StringEqualsIgnoreCase")).relation,
      "wider",
    );
    for (const [more, resource, context] of shown) {
      assert.deepEqual(comparePolicies(document(one), document(one, more)).newlyAllowed, [
        { action: "s3:GetObject", resource, context },
      ]);
    }
  });

  it("is what an ARN that has too few fields takes in", () => {
    const queue = "arn:aws:sqs:eu-west-1:123456789012:kennel";
    for (const short of ["arn:aws:sqs", "arn:aws:sqs:eu-west-1", "arn:*:sqs", "arn:aws"]) {
      const [one, both] = [queue, [queue, short]].map((each) => document(allow("sqs:*", each)));
      assert.equal(comparePolicies(one, both).relation, "wider", short);
      const denied = document(allow("*"), deny("*", short));
      assert.equal(comparePolicies(document(allow("*")), denied).relation, "narrower", short);
    }
    // Only those of identity policies are completed.
    const named = (...resources: string[]): Fields =>
      document({ ...allow("sqs:*", resources), Principal: "*" });
    assert.equal(comparePolicies(named(queue), named(queue, "arn:aws:sqs")).relation, "equal");
  });

  it("is an action to come where a wildcard stands for a list of today's", () => {
    const names = ["sns:Publish", "sns:PublishBatch"];
    const { relation, newlyAllowed } = comparePolicies(
      document(allow(names)),
      document(allow("sns:Publish*")),
    );
    assert.equal(relation, "wider");
    assert.match(newlyAllowed[0]!.action, /^sns:publish\w+$/);
  });

  it("is the same for documents and for what a role holds, as JSON text", () => {
    const [narrow, wide] = [document(allow("s3:GetObject")), document(allow("s3:*"))];
    const holdings = { documents: [wide], boundary: narrow };
    for (const wrap of [(of: unknown) => of, (of: unknown) => JSON.stringify(of)]) {
      assert.equal(comparePolicies(wrap(narrow), wrap(wide)).relation, "wider");
      assert.equal(comparePolicies(wrap([narrow, wide]), wrap(wide)).relation, "equal");
      assert.equal(comparePolicies(wrap(narrow), wrap(holdings)).relation, "equal");
    }
  });

  it("is unknown where a document cannot be read, or takes too many steps", () => {
    assert.equal(comparePolicies(document(allow("s3:*")), "{").relation, "unknown");
    const hard = (effect: typeof allow, by: string): Fields[] =>
      Array.from({ length: 60 }, (_, at) =>
        effect("s3:Get*", `arn:aws:s3:::*${at}*${by}*${at * 7}*`),
      );
    const { relation, reasons } = comparePolicies(
      document(...hard(allow, "a"), ...hard(deny, "b")),
      document(...hard(allow, "c"), ...hard(deny, "b")),
    );
    assert.ok(relation === "unknown" ? reasons.length > 0 : relation !== "equal");
  });

  it("is unknown where a policy variable may be what another pattern spells out", () => {
    const own = allow("s3:GetObject", "arn:aws:s3:::home/${aws:username}/*");
    const older = document(own, deny("s3:*", "arn:aws:s3:::home/bob/*"));
    assert.equal(comparePolicies(older, document(own)).relation, "unknown");
  });

  it("is unknown where it takes too many steps to tell what a policy variable may be", () => {
    const long = "?".repeat(14);
    const own = document(
      allow("s3:GetObject", `arn:aws:s3:::home/\${aws:username}/*a${long}`),
      allow("s3:GetObject", `arn:aws:s3:::home/*b${long}`),
    );
    const { relation, reasons } = comparePolicies(own, own);
    assert.equal(relation, "unknown");
    assert.match(reasons.join(), /too complex/);
  });
});
