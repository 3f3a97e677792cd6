import { canonicalText, parseNetwork } from "../../packages/aws-facts/networks";

// The widest networks that may reach the trainer; the policy pack refuses wider ones as well.
const widestPrefix = { 4: 16, 6: 32 } as const;

/**
 * Why `text` is not acceptable as the source of SSH connections.
 *
 * @returns one sentence without its full stop, or undefined when the network is acceptable
 */
export function cidrProblem(text: string): string | undefined {
  const network = parseNetwork(text);
  if (network === undefined) {
    return "is not a network in CIDR notation";
  }
  const { version, prefix } = network;
  if (version === 4 && isIpv6(text)) {
    return "is an IPv4 address written as IPv6; write it as IPv4";
  }
  if (prefix === 0) {
    return "lets the whole internet try to log in";
  }
  if (prefix < widestPrefix[version]) {
    return `is too wide: at most a /${widestPrefix[version]} may reach the trainer`;
  }
  const canonical = canonicalText(network);
  return canonical === text
    ? undefined
    : `has bits set after its prefix or another spelling than AWS's; write ${canonical}`;
}

/** Whether `text`, already accepted by {@link cidrProblem}, is an IPv6 network. */
export function isIpv6(text: string): boolean {
  return text.includes(":");
}
