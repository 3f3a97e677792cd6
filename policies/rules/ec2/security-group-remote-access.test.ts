import assert from "node:assert/strict";
import type { JudgedResource } from "../../resource";
import type { Outcome } from "../../rule";
import { UNKNOWN } from "../../iam/unknown";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { securityGroupRemoteAccess } from "./security-group-remote-access";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const LEGACY_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
const INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList";

const ssh = { protocol: "tcp", fromPort: 22, toPort: 22 };
const sshRule = { ipProtocol: "tcp", fromPort: 22, toPort: 22 };

const judge = (type: string, props: Record<string, unknown>, config: object = {}): Outcome[] =>
  outcomesOf(securityGroupRemoteAccess, [testResource({ type, props })], config);

describe("security-group-remote-access", () => {
  for (const [title, type, props, expected] of [
    [
      "inline",
      GROUP,
      { ingress: [{ ...ssh, cidrBlocks: ["0.0.0.0/0"] }] },
      /`ingress\[0\]` of it .*every IPv4 address.* port 22 \(SSH\)/,
    ],
    [
      "inline IPv6",
      GROUP,
      { ingress: [{ ...ssh, ipv6CidrBlocks: ["::/0"] }] },
      /every IPv6 address/,
    ],
    [
      "the default group",
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
      { ingress: [{ ...ssh, cidrBlocks: ["0.0.0.0/0"] }] },
      /SSH/,
    ],
    [
      "half the internet",
      GROUP,
      { ingress: [{ ...ssh, cidrBlocks: ["0.0.0.0/1"] }] },
      /2\^31 addresses/,
    ],
    [
      "the other half",
      LEGACY_RULE,
      { type: "ingress", ...ssh, cidrBlocks: ["128.0.0.0/1"] },
      /2\^31 addresses/,
    ],
    [
      "a legacy rule",
      LEGACY_RULE,
      { type: "ingress", ...ssh, ipv6CidrBlocks: ["::/0"] },
      /^it lets ::\/0/,
    ],
    [
      "a rule of its own",
      INGRESS_RULE,
      { ...sshRule, cidrIpv4: "0.0.0.0/0" },
      /^it lets 0\.0\.0\.0\/0/,
    ],
    ["a /15", INGRESS_RULE, { ...sshRule, cidrIpv4: "3.0.0.0/15" }, /2\^17/],
    [
      "RDP in a range",
      INGRESS_RULE,
      { ipProtocol: "6", fromPort: 3000, toPort: 4000, cidrIpv6: "::/0" },
      /3389 \(RDP\)/,
    ],
    [
      "every protocol",
      INGRESS_RULE,
      { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
      /22 \(SSH\) and 3389 \(RDP\), with every other port/,
    ],
    [
      "every protocol, inline",
      GROUP,
      { ingress: [{ protocol: "all", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }] },
      /every other port/,
    ],
    [
      "every port as -1",
      INGRESS_RULE,
      { ipProtocol: "tcp", fromPort: -1, toPort: -1, cidrIpv4: "0.0.0.0/0" },
      /SSH/,
    ],
    [
      "ports that are not numbers",
      INGRESS_RULE,
      { ipProtocol: "tcp", fromPort: "ssh", toPort: "ssh", cidrIpv4: "0.0.0.0/0" },
      /SSH/,
    ],
    [
      "the native provider",
      "aws-native:ec2:SecurityGroup",
      { securityGroupIngress: [{ ...sshRule, cidrIp: "0.0.0.0/0" }] },
      /SSH/,
    ],
    [
      "no network",
      INGRESS_RULE,
      { ...sshRule, cidrIpv4: "anywhere" },
      /"anywhere", which is not a network/,
    ],
  ] as const) {
    it(`finds ${title}`, () => {
      const [found, ...others] = judge(type, props);
      assert.deepEqual(others, []);
      assert.match((found as { message: string }).message, expected);
    });
  }

  it("finds the internet in parts", () => {
    const cidrBlocks = Array.from({ length: 256 }, (_, index) => `${index}.0.0.0/16`);
    const [found] = judge(GROUP, { ingress: [{ ...ssh, cidrBlocks }] });
    assert.match(
      (found as { message: string }).message,
      /256 networks that are the internet together/,
    );
  });

  for (const [title, type, props] of [
    ["one address", INGRESS_RULE, { ...sshRule, cidrIpv4: "203.0.113.7/32" }],
    ["a private network", INGRESS_RULE, { ...sshRule, cidrIpv4: "10.0.0.0/8" }],
    [
      "a security group as the source",
      INGRESS_RULE,
      { ...sshRule, referencedSecurityGroupId: "sg-1" },
    ],
    [
      "HTTPS",
      INGRESS_RULE,
      { ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" },
    ],
    ["outgoing traffic", LEGACY_RULE, { type: "egress", ...ssh, cidrBlocks: ["0.0.0.0/0"] }],
    ["a group without rules", GROUP, {}],
    ["a prefix list", INGRESS_RULE, { ...sshRule, prefixListId: "pl-1" }],
    [
      "HTTPS from addresses not known yet",
      INGRESS_RULE,
      { ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: UNKNOWN },
    ],
  ] as const) {
    it(`passes ${title}`, () => {
      assert.deepEqual(judge(type, props), []);
    });
  }

  for (const [path, type, props] of [
    ["ingress", GROUP, { ingress: UNKNOWN }],
    ["ingress[0]", GROUP, { ingress: [UNKNOWN] }],
    ["ingress[0].cidrBlocks[0]", GROUP, { ingress: [{ ...ssh, cidrBlocks: [UNKNOWN] }] }],
    ["ingress[0].cidrBlocks", GROUP, { ingress: [{ ...ssh, cidrBlocks: UNKNOWN }] }],
    ["fromPort", INGRESS_RULE, { ...sshRule, fromPort: UNKNOWN, cidrIpv4: "0.0.0.0/0" }],
    ["ipProtocol", INGRESS_RULE, { ...sshRule, ipProtocol: UNKNOWN, cidrIpv4: "0.0.0.0/0" }],
    ["type", LEGACY_RULE, { ...ssh, type: UNKNOWN, cidrBlocks: ["0.0.0.0/0"] }],
  ] as const) {
    it(`names ${path} where a preview does not know it`, () => {
      const found = judge(type, props).map((each) => (each as { unknown?: string }).unknown);
      assert.deepEqual(found, [path]);
    });
  }

  it("finds what is known beside what is not", () => {
    const found = judge(GROUP, {
      ingress: [
        { ...ssh, cidrBlocks: [UNKNOWN] },
        { ...ssh, cidrBlocks: ["0.0.0.0/0"] },
      ],
    });
    assert.equal(found.length, 2);
    assert.match((found[1] as { message: string }).message, /ingress\[1\]/);
  });

  it("takes ports, widths and open prefix lists from its configuration", () => {
    const narrow = { ...sshRule, cidrIpv4: "203.0.113.0/24" };
    assert.equal(judge(INGRESS_RULE, narrow, { shortestPrefixIpv4: 32 }).length, 1);
    const winrm = { ipProtocol: "tcp", fromPort: 5986, toPort: 5986, cidrIpv4: "0.0.0.0/0" };
    assert.equal(judge(INGRESS_RULE, winrm, { ports: [5986] }).length, 1);
    const list = { ...sshRule, prefixListId: "pl-1" };
    assert.equal(judge(INGRESS_RULE, list, { openPrefixLists: ["pl-1"] }).length, 1);
    const later = judge(
      INGRESS_RULE,
      { ...list, prefixListId: UNKNOWN },
      { openPrefixLists: ["pl-1"] },
    );
    assert.deepEqual(
      later.map((each) => (each as { unknown?: string }).unknown),
      ["prefixListId"],
    );
  });

  it("looks into the prefix lists of the stack", () => {
    const using = (list: JudgedResource): JudgedResource =>
      testResource({
        type: INGRESS_RULE,
        props: { ...sshRule, prefixListId: UNKNOWN },
        propertyDependencies: { prefixListId: [list] },
      });
    const list = (cidr: unknown): JudgedResource =>
      testResource({ type: PREFIX_LIST, name: "offices", props: { entries: [{ cidr }] } });
    const messages = (cidr: unknown): unknown[] => {
      const one = list(cidr);
      return outcomesOf(securityGroupRemoteAccess, [one, using(one)]).map(
        (each) =>
          (each as { message?: string; unknown?: string }).message ??
          (each as { unknown: string }).unknown,
      );
    };
    assert.match(String(messages("0.0.0.0/0")), /prefix list offices, with 0\.0\.0\.0\/0/);
    assert.deepEqual(messages("203.0.113.0/24"), []);
    assert.deepEqual(messages(UNKNOWN), ["entries[0].cidr"]);
  });
});
