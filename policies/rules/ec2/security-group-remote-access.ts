import { ports } from "../../settings";
import { type Ports } from "./ingress";
import { ingressRule } from "./open-ingress";

interface Config {
  ports: number[];
}

const NAMES: Readonly<Record<number, string>> = { 22: "SSH", 3389: "RDP" };

export const securityGroupRemoteAccess = ingressRule<Config>({
  name: "security-group-remote-access",
  what: "No security group lets a wide network of the internet reach SSH, RDP or every port.",
  why: "Machines all over the world try passwords and keys on every address they find, from the first minute on.",
  howToFix: "Name the addresses that log in, or let nobody in and use Session Manager:",
  example: [
    "new aws.vpc.SecurityGroupIngressRule(name, {",
    "  securityGroupId: group.id,",
    '  ipProtocol: "tcp",',
    "  fromPort: 22,",
    "  toPort: 22,",
    '  cidrIpv4: "203.0.113.7/32",',
    "});",
  ],
  severity: "critical",
  level: "mandatory",
  standards: {
    cisAws5: "5.3, 5.4",
    nist80053r5: "AC-4, AC-4(21), CM-7, SC-7, SC-7(21), SC-7(5)",
    securityHub: "EC2.13, EC2.14, EC2.53, EC2.54",
  },
  config: {
    ports: ports([22, 3389], "The TCP and UDP ports through which machines are administered."),
  },
  minds: (ports, config) => mindedPorts(ports, config.ports),
  shortest: { ipv4: 16, ipv6: 32 },
  fix: 'Name who logs in, such as "203.0.113.7/32", or remove the rule and connect through Session Manager.',
});

function mindedPorts({ protocol, from, to }: Ports, remote: readonly number[]): string | undefined {
  if (protocol === "icmp" || protocol === "another protocol") {
    return undefined;
  }
  const reached = remote.filter((port) => from <= port && port <= to);
  const words = reached.map((port) => (port in NAMES ? `${port} (${NAMES[port]})` : String(port)));
  const all = protocol === "every protocol" ? ", with every other port" : "";
  return reached.length === 0
    ? undefined
    : `port${reached.length > 1 ? "s" : ""} ${words.join(" and ")}${all}`;
}
