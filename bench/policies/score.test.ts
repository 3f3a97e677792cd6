import assert from "node:assert/strict";

import type { Answer, ToolResult } from "./answers";
import type { Case } from "./cases";
import { score } from "./score";

function aCase(id: string, fullAccess: boolean | null, invokeUnscoped: boolean | null): Case {
  const analysable = fullAccess !== null;
  return {
    id,
    group: "g",
    text: "",
    why: "",
    expected: { fullAccess, invokeUnscoped, analysable },
  };
}

function result(answers: readonly Answer[]): ToolResult {
  const rounds = [{ documents: 100, seconds: 2 }];
  return { tool: "t", version: "1", startupSeconds: 1, rounds, answers };
}

function anAnswer(id: string, others: Partial<Answer> = {}): Answer {
  return { id, status: "judged", fullAccess: "no", invokeUnscoped: "no", findings: [], ...others };
}

describe("score", () => {
  it("tells what is named from what is only generic and from what is missed", () => {
    const cases = [aCase("a", true, false), aCase("b", true, false), aCase("c", true, false)];
    const answers = [
      anAnswer("a", { fullAccess: "named" }),
      anAnswer("b", { fullAccess: "generic" }),
      anAnswer("c"),
    ];
    assert.deepEqual(score(result(answers), cases, true).fullAccess, {
      of: 3,
      named: 1,
      generic: 1,
      missed: ["c"],
    });
  });

  it("counts a generic finding as false alarm only where nothing is wrong, and only if asked to", () => {
    const cases = [aCase("clean", false, false), aCase("full", true, false)];
    const generic = { fullAccess: "generic", invokeUnscoped: "generic" } as const;
    const answers = [anAnswer("clean", generic), anAnswer("full", generic)];
    assert.deepEqual(score(result(answers), cases, true).falseAlarms, { of: 2, ids: ["clean"] });
    assert.deepEqual(score(result(answers), cases, false).falseAlarms.ids, []);
  });

  it("counts a named finding about the wrong fault", () => {
    const cases = [aCase("full", true, false)];
    const answers = [anAnswer("full", { fullAccess: "named", invokeUnscoped: "named" })];
    assert.deepEqual(score(result(answers), cases, false).falseAlarms.ids, ["full"]);
  });

  it("tells rejected, flagged, crashed and silently passed malformed documents apart", () => {
    const cases = ["a", "b", "c", "d"].map((id) => aCase(id, null, null));
    const answers = [
      anAnswer("a", { status: "rejected" }),
      anAnswer("b", { findings: ["SOMETHING"] }),
      anAnswer("c", { status: "crashed" }),
      anAnswer("d"),
    ];
    assert.deepEqual(score(result(answers), cases, true).malformed, {
      of: 4,
      rejected: 1,
      flagged: 1,
      crashed: 1,
      silent: ["d"],
    });
  });

  it("names the document without answer", () => {
    assert.throws(() => score(result([]), [aCase("a", true, true)], true), /no answer about a/);
  });
});
