import assert from "node:assert/strict";
import { score, type Answer, type Case } from "./score";

const aCase = (id: string, fullAccess: boolean | null, invokeUnscoped: boolean | null): Case => ({
  id,
  text: "",
  expected: { fullAccess, invokeUnscoped, analysable: fullAccess !== null },
});
const scored = (...judged: [Case, Partial<Answer>][]): ReturnType<typeof score> => {
  const silent = {
    status: "judged",
    fullAccess: "no",
    invokeUnscoped: "no",
    findings: [],
  } as const;
  const answers = judged.map(([{ id }, answer]) => ({ id, ...silent, ...answer }));
  return score(
    answers,
    judged.map(([each]) => each),
  );
};

describe("score", () => {
  it("tells what is named from what is only generic and from what is missed", () => {
    const { fullAccess } = scored(
      [aCase("a", true, false), { fullAccess: "named" }],
      [aCase("b", true, false), { fullAccess: "generic" }],
      [aCase("c", true, false), {}],
    );
    assert.deepEqual(fullAccess, { named: ["a"], generic: ["b"], no: ["c"] });
  });

  it("counts a generic finding as false alarm only where nothing is wrong, and a named one about the wrong fault", () => {
    const generic = { fullAccess: "generic", invokeUnscoped: "generic" } as const;
    const { spared } = scored(
      [aCase("clean", false, false), generic],
      [aCase("full", true, false), generic],
      [aCase("wrong", true, false), { fullAccess: "named", invokeUnscoped: "named" }],
    );
    assert.deepEqual(spared, { alarm: ["clean", "wrong"], quiet: ["full"] });
  });

  it("tells rejected, flagged, crashed and silently passed malformed documents apart", () => {
    const { malformed } = scored(
      [aCase("a", null, null), { status: "rejected" }],
      [aCase("b", null, null), { findings: ["SOMETHING"] }],
      [aCase("c", null, null), { status: "crashed" }],
      [aCase("d", null, null), {}],
    );
    assert.deepEqual(malformed, {
      rejected: ["a"],
      flagged: ["b"],
      crashed: ["c"],
      silent: ["d"],
    });
  });

  it("names the document without answer", () => {
    assert.throws(() => score([], [aCase("a", true, true)]), /no answer about a/);
  });
});
