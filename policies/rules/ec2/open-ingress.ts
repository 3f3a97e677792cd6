import { type Network, parseNetwork } from "../../../packages/aws-facts/networks";
import { UNKNOWN } from "../../iam/unknown";
import { forEach } from "../../outcomes";
import type { JudgedResource, JudgedStack } from "../../resource";
import {
  defineRule,
  type ConfigSchema,
  type Context,
  type Finding,
  type Outcome,
  type Rule,
  type RuleDefinition,
} from "../../rule";
import { count, texts } from "../../settings";
import { dependsOn } from "../references";
import {
  ingressOf,
  INGRESS_TYPES,
  portsOf,
  PREFIX_LIST_PROPERTIES,
  type Ingress,
  type Ports,
} from "./ingress";
import { areWideTogether, describeNetwork, isWide, type ShortestPrefixes } from "./network";

const PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList";
const PREFIX_LIST_ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry";

/** What a rule about incoming traffic minds. */
interface OpenIngress {
  /** In words, the ports that these networks must not reach; undefined where the ports are none of the rule's business. */
  readonly minds: (ports: Ports) => string | undefined;
  readonly shortest: ShortestPrefixes;
  /** Ids of prefix lists that hold the world. */
  readonly openPrefixLists: readonly string[];
  readonly fix: string;
}

interface IngressConfig {
  shortestPrefixIpv4: number;
  shortestPrefixIpv6: number;
  openPrefixLists: string[];
}

type IngressRule<Config extends object> = Omit<
  RuleDefinition<Config>,
  "types" | "check" | "stack"
> &
  Pick<OpenIngress, "fix"> & {
    readonly config: ConfigSchema<Config>;
    readonly minds: (ports: Ports, config: Readonly<Config>) => string | undefined;
    /** What counts as wide by default. */
    readonly shortest: ShortestPrefixes;
  };

/** Declares a rule about which ports the internet reaches. */
export function ingressRule<Config extends object>({
  minds,
  shortest,
  fix,
  ...rule
}: IngressRule<Config>): Rule {
  const open = ({ config }: Context<Config & IngressConfig>): OpenIngress => ({
    minds: (ports) => minds(ports, config),
    shortest: { ipv4: config.shortestPrefixIpv4, ipv6: config.shortestPrefixIpv6 },
    openPrefixLists: config.openPrefixLists,
    fix,
  });
  return defineRule<Config & IngressConfig>({
    ...rule,
    config: { ...rule.config, ...ingressConfig(shortest) } as ConfigSchema<Config & IngressConfig>,
    types: INGRESS_TYPES,
    check: (resource, context) => judgeIngress(resource, open(context)),
    stack: (stack, context) => judgePrefixLists(stack, open(context)),
  });
}

function ingressConfig({ ipv4, ipv6 }: ShortestPrefixes): ConfigSchema<IngressConfig> {
  const prefix = (family: string, fallback: number, maximum: number) =>
    count(
      fallback,
      `Public ${family} networks with a shorter prefix than this count as the internet.`,
      1,
      maximum,
    );
  return {
    shortestPrefixIpv4: prefix("IPv4", ipv4, 32),
    shortestPrefixIpv6: prefix("IPv6", ipv6, 128),
    openPrefixLists: texts(
      [],
      "Ids of prefix lists, such as pl-0123456789abcdef0, that hold wide networks.",
    ),
  };
}

/** Judges the rules that stand in one resource. */
function* judgeIngress(resource: JudgedResource, open: OpenIngress): Generator<Outcome> {
  for (const ingress of ingressOf(resource)) {
    if (typeof ingress === "string") {
      yield { unknown: ingress };
      continue;
    }
    const ports = portsOf(ingress);
    const minded = typeof ports === "string" ? ports : open.minds(ports);
    if (minded === undefined) {
      continue;
    }
    // Whether a network matters is only known together with the ports.
    const report = ({ message, fix }: Finding): Outcome =>
      typeof ports === "string"
        ? { unknown: ports }
        : { message: `${subject(resource, ingress)} ${message} ${minded}.`, fix };
    yield* judgeSources(ingress, open, report);
  }
}

function subject({ name }: JudgedResource, { label }: Ingress): string {
  return label === "" ? name : `\`${label}\` of ${name}`;
}

function* judgeSources(
  { networks, prefixLists }: Ingress,
  open: OpenIngress,
  report: (finding: Finding) => Outcome,
): Generator<Outcome> {
  const { fix } = open;
  const narrow: Network[] = [];
  for (const { path, value } of networks) {
    if (value === UNKNOWN) {
      yield { unknown: path };
      continue;
    }
    const network = parseNetwork(String(value));
    if (network === undefined) {
      const message = `has ${JSON.stringify(value)}, which is not a network in CIDR notation, as the source for`;
      yield report({ message, fix });
    } else if (isWide(network, open.shortest)) {
      yield report({ message: `lets ${describeNetwork(network)} reach`, fix });
    } else {
      narrow.push(network);
    }
  }
  if (areWideTogether(narrow, open.shortest)) {
    const message = `has ${narrow.length} networks that are the internet together, and lets them reach`;
    yield report({ message, fix });
  }
  for (const { path, value } of prefixLists) {
    if (value === UNKNOWN && open.openPrefixLists.length > 0) {
      yield { unknown: path };
    } else if (open.openPrefixLists.includes(value as string)) {
      yield report({ message: `lets the open prefix list ${String(value)} reach`, fix });
    }
  }
}

/** Judges rules by the prefix lists of the same stack that they refer to. */
function judgePrefixLists(stack: JudgedStack, open: OpenIngress): Generator<Outcome> {
  return forEach(stack.ofType(...INGRESS_TYPES), function* (resource) {
    const minded = ingressOf(resource).flatMap((ingress) => {
      const usesList = typeof ingress !== "string" && ingress.prefixLists.length > 0;
      const ports = usesList ? portsOf(ingress) : undefined;
      const words = typeof ports === "object" ? open.minds(ports) : undefined;
      return words === undefined ? [] : [words];
    });
    if (minded.length === 0) {
      return;
    }
    const lists = PREFIX_LIST_PROPERTIES.flatMap(
      (property) => resource.propertyDependencies[property] ?? [],
    ).filter(({ type }) => type === PREFIX_LIST);
    for (const list of lists) {
      yield* forEach([list, ...entriesOf(list, stack)], function* (part) {
        for (const network of networksOf(part).filter((each) => isWide(each, open.shortest))) {
          yield {
            resource,
            message: `${resource.name} lets the prefix list ${list.name}, with ${describeNetwork(network)}, reach ${minded[0]}.`,
            fix: open.fix,
          };
        }
      });
    }
  });
}

function entriesOf(list: JudgedResource, stack: JudgedStack): JudgedResource[] {
  return stack.ofType(PREFIX_LIST_ENTRY).filter((entry) => dependsOn(entry, "prefixListId", list));
}

/** The networks of a prefix list, or of one entry that is a resource of its own. */
function networksOf({ type, properties }: JudgedResource): Network[] {
  const entries = (type === PREFIX_LIST ? (properties["entries"] ?? []) : [properties]) as {
    readonly cidr?: string;
  }[];
  return entries.flatMap(({ cidr }) => parseNetwork(cidr ?? "") ?? []);
}
