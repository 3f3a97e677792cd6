import assert from "node:assert/strict";
import { checkDocument } from "./judge";
import { ESCALATION_PATHS } from "./escalation-paths";
import { serviceOf, templatesOf } from "./services";

const allow = (Action: unknown, passedTo?: string): object => ({
  Effect: "Allow",
  Action,
  Resource: "*",
  ...(passedTo === undefined
    ? {}
    : { Condition: { StringEquals: { "iam:PassedToService": passedTo } } }),
});

describe("the known ways to escalate", () => {
  it("say what their holder does and who lists them, take actions that exist, and none more than another way does", () => {
    for (const { needs, passedTo, how, lists } of ESCALATION_PATHS) {
      assert.match(passedTo ?? "", /^([a-z0-9-]+(\.[a-z]+)*\.amazonaws\.com)?$/);
      assert.match(how, /^[a-z]+ .*[a-z]$/, needs.join());
      for (const list of lists) {
        assert.match(list, /^([RCP]|[a-z0-9-]+-\d{3})$/, needs.join());
      }
      for (const action of needs) {
        const [service, name] = action.split(":") as [string, string];
        assert.equal(serviceOf(service).actions.get(name.toLowerCase())?.name, name, action);
      }
      const within = ESCALATION_PATHS.filter(
        (other) =>
          other.needs.every((action) => needs.includes(action)) && other.passedTo === passedTo,
      );
      assert.equal(within.length, 1, needs.join(" and "));
    }
  });

  it("are found where all their actions are allowed together, and not where one is missing", () => {
    for (const { needs, how, passedTo } of ESCALATION_PATHS) {
      // Where a role is passed, the rest need not be allowed on whatever there is.
      const resourceOf = (action: string): string =>
        passedTo === undefined || templatesOf(action).length === 0 ? "*" : "arn:*dogs";
      const found = (actions: readonly string[]): boolean =>
        checkDocument({
          Version: "2012-10-17",
          Statement: actions.map((action) =>
            action === "iam:PassRole"
              ? allow(action, passedTo)
              : { ...allow(action), Resource: resourceOf(action) },
          ),
        }).findings.some(
          ({ rule, message }) => rule === "no-privilege-escalation" && message.includes(how),
        );
      assert.ok(found(needs), needs.join(" and "));
      assert.ok(!found(needs.slice(1)), needs.join(" and "));
    }
  });
});
