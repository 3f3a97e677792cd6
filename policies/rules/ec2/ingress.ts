import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import { listOf } from "../values";

/** A value and the path of the property it stands in; `UNKNOWN` where a preview does not know it yet. */
export interface Located {
  readonly path: string;
  readonly value: unknown;
}

/** One rule of a security group for traffic that comes in, whatever resource declares it. */
export interface Ingress {
  /** What a message calls it: `ingress[0]`, or nothing where the resource is the rule. */
  readonly label: string;
  readonly protocol: Located;
  readonly fromPort: Located;
  readonly toPort: Located;
  /** Networks in CIDR notation. */
  readonly networks: readonly Located[];
  readonly prefixLists: readonly Located[];
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

/** Groups that hold their rules in a list. */
const GROUPS: Readonly<Record<string, readonly [list: string, names: Names]>> = {
  "aws:ec2/securityGroup:SecurityGroup": ["ingress", LISTS],
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ["ingress", LISTS],
  "aws-native:ec2:SecurityGroup": ["securityGroupIngress", NATIVE],
};

/** Resources that are one rule. */
const RULES: Readonly<Record<string, Names>> = {
  [LEGACY_RULE]: LISTS,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": SINGLE,
  "aws-native:ec2:SecurityGroupIngress": NATIVE,
};

/** The types that let traffic in. */
export const INGRESS_TYPES: readonly string[] = [...Object.keys(GROUPS), ...Object.keys(RULES)];
/** The properties through which these types refer to prefix lists. */
export const PREFIX_LIST_PROPERTIES: readonly string[] = [
  "ingress",
  "securityGroupIngress",
  "prefixListIds",
  "prefixListId",
  "sourcePrefixListId",
];

/** The rules for incoming traffic of a resource; a string is the path of what is not known yet. */
export function ingressOf({ type, known }: JudgedResource): (Ingress | string)[] {
  const names = RULES[type];
  if (names !== undefined) {
    if (type === LEGACY_RULE && known["type"] === UNKNOWN) {
      return ["type"];
    }
    return type === LEGACY_RULE && known["type"] !== "ingress" ? [] : [read(known, "", names)];
  }
  const [list, listNames] = GROUPS[type]!;
  const value = known[list];
  if (value === UNKNOWN) {
    return [list];
  }
  return listOf(value || undefined).map((each, index) => {
    const path = `${list}[${index}]`;
    return each === UNKNOWN ? path : read(each as Fields, path, listNames);
  });
}

type Fields = Readonly<Record<string, unknown>>;

function read(fields: Fields, label: string, names: Names): Ingress {
  const at = (property: string): Located => ({
    path: label === "" ? property : `${label}.${property}`,
    value: fields[property],
  });
  const all = (property: string): Located[] => {
    const { path, value } = at(property);
    return listOf(value || undefined).map((each, index) => ({
      path: Array.isArray(value) ? `${path}[${index}]` : path,
      value: each,
    }));
  };
  return {
    label,
    protocol: at(names.protocol),
    fromPort: at("fromPort"),
    toPort: at("toPort"),
    networks: names.networks.flatMap(all),
    prefixLists: all(names.prefixLists),
  };
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

/** The ports that a rule opens, or the path of the value that is not known yet. */
export function portsOf({ protocol, fromPort, toPort }: Ingress): Ports | string {
  if (protocol.value === UNKNOWN) {
    return protocol.path;
  }
  const name = PROTOCOLS[String(protocol.value).toLowerCase()] ?? "another protocol";
  if (name !== "tcp" && name !== "udp") {
    return { protocol: name, from: 0, to: HIGHEST_PORT };
  }
  const unknown = [fromPort, toPort].find(({ value }) => value === UNKNOWN);
  if (unknown !== undefined) {
    return unknown.path;
  }
  // EC2 takes -1 for every port; what is not a port is read as widely.
  const from = portOr(fromPort.value, 0);
  return { protocol: name, from, to: portOr(toPort.value, HIGHEST_PORT) };
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
