import assert from "node:assert/strict";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { securityGroupPlainHttp } from "./security-group-plain-http";

const judge = (ipProtocol: string, fromPort: number, toPort = fromPort, source = "0.0.0.0/0") =>
  outcomesOf(securityGroupPlainHttp, [
    testResource({
      type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      props: { ipProtocol, fromPort, toPort, cidrIpv4: source },
    }),
  ]);

describe("security-group-plain-http", () => {
  it("advises against port 80, and leaves the rest to other rules", () => {
    assert.equal(judge("tcp", 80).length, 1);
    for (const passed of [
      judge("tcp", 443),
      judge("udp", 80),
      judge("tcp", 79, 81),
      judge("tcp", 80, 80, "203.0.113.0/24"),
    ]) {
      assert.deepEqual(passed, []);
    }
  });
});
