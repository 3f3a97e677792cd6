import { ports } from "../../settings";
import { describePorts, type Ports } from "./ingress";
import { ingressRule } from "./open-ingress";

interface Config {
  tcpPorts: number[];
  udpPorts: number[];
}

/** Where `security-group-remote-access` speaks, a second finding for the same port would only repeat it. */
const REMOTE_ACCESS_PORTS = [22, 3389];

export const securityGroupOpenPorts = ingressRule<Config>({
  name: "security-group-open-ports",
  what: "Security groups let the internet reach the allowed ports only.",
  why: "What listens on any other port was not made to be attacked by everybody: databases, debuggers, notebooks and metrics.",
  howToFix:
    "Name the networks or the security groups that connect. Ports that are public on purpose go into `tcpPorts` of the rule's configuration. Port 80 is advised against by security-group-plain-http.",
  example: [
    "new aws.vpc.SecurityGroupIngressRule(name, {",
    "  securityGroupId: group.id,",
    '  ipProtocol: "tcp",',
    "  fromPort: 8080,",
    "  toPort: 8080,",
    "  referencedSecurityGroupId: loadBalancerGroup.id,",
    "});",
  ],
  severity: "high",
  level: "mandatory",
  standards: {
    nist80053r5: "AC-4, AC-4(21), CM-7, SC-7, SC-7(21), SC-7(5)",
    securityHub: "EC2.18, EC2.19",
  },
  config: {
    tcpPorts: ports([80, 443], "The TCP ports that the internet may reach."),
    udpPorts: ports([], "The UDP ports that the internet may reach."),
  },
  minds: (ports, config) => (isAllowed(ports, config) ? undefined : describePorts(ports)),
  shortest: { ipv4: 8, ipv6: 16 },
  fix: 'Name the source, such as "203.0.113.0/24" or a security group.',
});

function isAllowed({ protocol, from, to }: Ports, { tcpPorts, udpPorts }: Config): boolean {
  if (protocol === "icmp") {
    // Path MTU discovery needs it, and it reaches no service.
    return true;
  }
  if (protocol !== "tcp" && protocol !== "udp") {
    return false;
  }
  const allowed = [...(protocol === "tcp" ? tcpPorts : udpPorts), ...REMOTE_ACCESS_PORTS];
  const ports = new Set(allowed.filter((port) => from <= port && port <= to));
  return ports.size === to - from + 1;
}
