import type { JudgedResource, Wire } from "../../resource";
import { listOf } from "../values";

/** One rule of a security group for traffic that comes in, whatever resource declares it. */
export interface Ingress {
  /** What a message calls it: `ingress[0]` of a group, or the resource that is the rule. */
  readonly subject: string;
  readonly names: Names;
  /** Its properties. */
  readonly read: () => Wire;
}

/** The ports that a rule opens. */
export interface Ports {
  readonly protocol: "every protocol" | "tcp" | "udp" | "icmp" | "another protocol";
  readonly from: number;
  readonly to: number;
}

/** What a resource type calls the parts of a rule. */
interface Names {
  readonly protocol: string;
  /** Networks in CIDR notation. */
  readonly networks: readonly string[];
  readonly prefixLists: string;
}

const LISTS: Names = {
  protocol: "protocol",
  networks: ["cidrBlocks", "ipv6CidrBlocks"],
  prefixLists: "prefixListIds",
};
const SINGLE: Names = {
  protocol: "ipProtocol",
  networks: ["cidrIpv4", "cidrIpv6"],
  prefixLists: "prefixListId",
};
const NATIVE: Names = {
  protocol: "ipProtocol",
  networks: ["cidrIp", "cidrIpv6"],
  prefixLists: "sourcePrefixListId",
};

const LEGACY_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";

/** The types that let traffic in: groups, which hold their rules in a list, and resources that are one rule. */
const INGRESS: Readonly<Record<string, { readonly names: Names; readonly list?: string }>> = {
  "aws:ec2/securityGroup:SecurityGroup": { names: LISTS, list: "ingress" },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": { names: LISTS, list: "ingress" },
  "aws-native:ec2:SecurityGroup": { names: NATIVE, list: "securityGroupIngress" },
  [LEGACY_RULE]: { names: LISTS },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": { names: SINGLE },
  "aws-native:ec2:SecurityGroupIngress": { names: NATIVE },
};

export const INGRESS_TYPES: readonly string[] = Object.keys(INGRESS);

/** The rules for incoming traffic of a resource. */
export function ingressOf({ type, name, properties }: JudgedResource): Ingress[] {
  const { names, list } = INGRESS[type]!;
  if (list === undefined) {
    return type === LEGACY_RULE && properties["type"] !== "ingress"
      ? []
      : [{ subject: name, names, read: () => properties }];
  }
  const rules = listOf<Wire>(properties[list]);
  return Array.from(rules.keys(), (index) => ({
    ...{ subject: `\`${list}[${index}]\` of ${name}`, names },
    read: () => rules[index],
  }));
}

/** The prefix lists of the stack that the rules of a resource refer to. */
export function prefixListsOf(
  { type, propertyDependencies }: JudgedResource,
  listType: string,
): JudgedResource[] {
  const { names, list } = INGRESS[type]!;
  return (propertyDependencies[list ?? names.prefixLists] ?? []).filter(
    (each) => each.type === listType,
  );
}

/** Names and IANA numbers of protocols, as EC2 takes them. */
const PROTOCOLS: Readonly<Record<string, Ports["protocol"]>> = {
  "-1": "every protocol",
  all: "every protocol",
  tcp: "tcp",
  "6": "tcp",
  udp: "udp",
  "17": "udp",
  icmp: "icmp",
  "1": "icmp",
  icmpv6: "icmp",
  "58": "icmp",
};

const HIGHEST_PORT = 65535;

/** The ports that a rule opens. */
export function portsOf({ names, read }: Ingress): Ports {
  const rule = read();
  const protocol = PROTOCOLS[String(rule[names.protocol]).toLowerCase()] ?? "another protocol";
  // EC2 takes -1 for every port; what is not a port is read as widely.
  return protocol === "tcp" || protocol === "udp"
    ? { protocol, from: portOr(rule["fromPort"], 0), to: portOr(rule["toPort"], HIGHEST_PORT) }
    : { protocol, from: 0, to: HIGHEST_PORT };
}

function portOr(value: unknown, otherwise: number): number {
  const port = Number(value ?? -1);
  return port >= 0 ? port : otherwise;
}

/** Ports in words. */
export function describePorts({ protocol, from, to }: Ports): string {
  if (protocol === "every protocol" || protocol === "another protocol") {
    return protocol === "every protocol"
      ? "every port of every protocol"
      : "a protocol without ports";
  }
  if (from === to) {
    return `${protocol} port ${from}`;
  }
  return from === 0 && to === HIGHEST_PORT
    ? `every ${protocol} port`
    : `the ${protocol} ports ${from} to ${to}`;
}
