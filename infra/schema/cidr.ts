import { isIP } from "node:net";

// The widest networks that may reach the trainer; the policy pack refuses wider ones, too.
const widestPrefixV4 = 16;
const widestPrefixV6 = 32;

interface Network {
  readonly family: "ipv4" | "ipv6";
  readonly address: string;
  readonly prefix: number;
}

function parse(text: string): Network | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text);
  const address = match?.[1] ?? "";
  const version = isIP(address);
  const prefix = Number(match?.[2]);
  if (version === 0 || prefix > (version === 4 ? 32 : 128)) {
    return undefined;
  }
  return { family: version === 4 ? "ipv4" : "ipv6", address, prefix };
}

/** An IPv6 address as RFC 5952 writes it: the WHATWG URL serialiser does that. */
function serialise(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

function toBits({ family, address }: Network): bigint {
  if (family === "ipv4") {
    return address.split(".").reduce((bits, part) => bits * 256n + BigInt(part), 0n);
  }
  const [head = "", tail] = serialise(address).split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const left = groups(head);
  const right = groups(tail ?? "");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...new Array<string>(zeros).fill("0"), ...right].reduce(
    (bits, group) => bits * 65536n + BigInt(`0x${group}`),
    0n,
  );
}

/** The text of the network that holds `network.address`: EC2 answers with this form, so another one would always differ. */
function canonical(network: Network): string {
  const size = network.family === "ipv4" ? 32n : 128n;
  const hostBits = size - BigInt(network.prefix);
  const bits = (toBits(network) >> hostBits) << hostBits;
  if (network.family === "ipv4") {
    const parts = [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n));
    return `${parts.join(".")}/${network.prefix}`;
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bits >> BigInt(112 - 16 * index)) & 65535n).toString(16),
  );
  return `${serialise(groups.join(":"))}/${network.prefix}`;
}

/**
 * Why `text` is not acceptable as the source of SSH connections.
 *
 * @returns one sentence without its full stop, or undefined when the network is acceptable
 */
export function cidrProblem(text: string): string | undefined {
  if (/^::ffff:/i.test(text)) {
    return "is an IPv4 address written as IPv6; write it as IPv4";
  }
  const network = parse(text);
  if (network === undefined) {
    return "is not a network in CIDR notation";
  }
  const widest = network.family === "ipv4" ? widestPrefixV4 : widestPrefixV6;
  if (network.prefix === 0) {
    return "lets the whole internet try to log in";
  }
  if (network.prefix < widest) {
    return `is too wide: at most a /${widest} may reach the trainer`;
  }
  if (canonical(network) !== text) {
    return `has bits set after its prefix or another spelling than AWS's; write ${canonical(network)}`;
  }
  return undefined;
}

/** Whether `text`, already accepted by {@link cidrProblem}, is an IPv6 network. */
export function isIpv6(text: string): boolean {
  return text.includes(":");
}
