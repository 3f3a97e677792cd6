import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { Outcome } from "../../rule";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { securityGroupOpenPorts } from "./security-group-open-ports";

const type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const open = (ipProtocol: unknown, fromPort?: unknown, toPort = fromPort): object => ({
  ipProtocol,
  fromPort,
  toPort,
  cidrIpv4: "0.0.0.0/0",
});
const judge = (props: object, config: object = {}): Outcome[] =>
  outcomesOf(
    securityGroupOpenPorts,
    [testResource({ type, props: props as Record<string, unknown> })],
    config,
  );

describe("security-group-open-ports", () => {
  for (const [props, expected] of [
    [open("tcp", 5432), /tcp port 5432/],
    [open("tcp", 80, 81), /tcp ports 80 to 81/],
    [open("tcp", 443, 444), /tcp ports 443 to 444/],
    [open("tcp", 0, 65535), /every tcp port/],
    [open("udp", 443), /udp port 443/],
    [open("-1"), /every port of every protocol/],
    [open("47"), /a protocol without ports/],
    [{ ...open("tcp", 8080), cidrIpv4: "0.0.0.0/1" }, /2\^31/],
    [{ ...open("tcp", 8080), cidrIpv4: undefined, cidrIpv6: "::/0" }, /every IPv6/],
  ] as const) {
    it(`finds ${JSON.stringify(props)}`, () => {
      const found = judge(props);
      assert.equal(found.length, 1);
      assert.match((found[0] as { message: string }).message, expected);
    });
  }

  for (const props of [
    open("tcp", 443),
    open("tcp", 80),
    open("icmp"),
    { ...open("tcp", 8080), cidrIpv4: "203.0.113.0/24" },
    // Another rule speaks about these.
    open("tcp", 22),
  ]) {
    it(`passes ${JSON.stringify(props)}`, () => {
      assert.deepEqual(judge(props), []);
    });
  }

  it("takes the allowed ports from its configuration", () => {
    assert.deepEqual(judge(open("tcp", 8443), { tcpPorts: [8443] }), []);
    assert.deepEqual(judge(open("udp", 443), { udpPorts: [443] }), []);
    assert.equal(judge(open("tcp", 443), { tcpPorts: [] }).length, 1);
  });

  it("names what a preview does not know", () => {
    const unknowns = (props: object): (string | undefined)[] =>
      judge(props).map((each) => (each as { unknown?: string }).unknown);
    assert.deepEqual(unknowns({ ...open("tcp", 8080), cidrIpv4: UNKNOWN }), ["cidrIpv4"]);
    assert.deepEqual(unknowns(open("tcp", UNKNOWN)), ["fromPort"]);
  });
});
