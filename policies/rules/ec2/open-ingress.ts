import { type Network, parseNetwork } from "../../../packages/aws-facts/networks";
import { UNKNOWN } from "../../iam/unknown";
import { eachOf, forEach, knownOr, whereKnown } from "../../outcomes";
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
import { listOf } from "../values";
import {
  ingressOf,
  INGRESS_TYPES,
  portsOf,
  prefixListsOf,
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
  "types" | "check" | "inStack"
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
    check: (resource, context) =>
      eachOf(
        () => ingressOf(resource),
        (ingress) => judgeSources(ingress, open(context)),
      ),
    inStack: (resource, stack, context) => judgePrefixLists(resource, stack, open(context)),
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

/** Judges who comes in by one rule. */
function* judgeSources(ingress: Ingress, open: OpenIngress): Generator<Outcome> {
  const { names, subject } = ingress;
  const rule = ingress.read();
  const minded = (): string | undefined => open.minds(portsOf(ingress));
  // Where the ports are not known yet, a wide network is what makes them matter.
  if (knownOr(minded, UNKNOWN) === undefined) {
    return;
  }
  const report = (message: string): Finding => ({
    message: `${subject} ${message} ${minded()}.`,
    fix: open.fix,
  });
  const narrow: Network[] = [];
  for (const property of names.networks) {
    yield* eachOf(
      () => rule[property],
      function* (text) {
        const network = parseNetwork(String(text));
        if (network === undefined) {
          yield report(
            `has ${JSON.stringify(text)}, which is not a network in CIDR notation, as the source for`,
          );
        } else if (isWide(network, open.shortest)) {
          yield report(`lets ${describeNetwork(network)} reach`);
        } else {
          narrow.push(network);
        }
      },
    );
  }
  if (areWideTogether(narrow, open.shortest)) {
    yield* whereKnown(() => [
      report(`has ${narrow.length} networks that are the internet together, and lets them reach`),
    ]);
  }
  if (open.openPrefixLists.length > 0) {
    yield* eachOf(
      () => rule[names.prefixLists],
      function* (list) {
        if (open.openPrefixLists.includes(list)) {
          yield report(`lets the open prefix list ${list} reach`);
        }
      },
    );
  }
}

/** Judges a resource's rules by the prefix lists of the same stack that they refer to. */
function* judgePrefixLists(
  resource: JudgedResource,
  stack: JudgedStack,
  open: OpenIngress,
): Generator<Outcome> {
  const lists = prefixListsOf(resource, PREFIX_LIST);
  const [minded] = knownOr(() => ingressOf(resource), []).flatMap((ingress) => {
    const usesList = knownOr(
      () => listOf(ingress.read()[ingress.names.prefixLists]).length > 0,
      true,
    );
    return (usesList && knownOr(() => open.minds(portsOf(ingress)), undefined)) || [];
  });
  if (minded === undefined) {
    return;
  }
  for (const list of lists) {
    yield* forEach([list, ...entriesOf(list, stack)], function* (part) {
      for (const network of networksOf(part).filter((each) => isWide(each, open.shortest))) {
        yield {
          resource,
          message: `${resource.name} lets the prefix list ${list.name}, with ${describeNetwork(network)}, reach ${minded}.`,
          fix: open.fix,
        };
      }
    });
  }
}

function entriesOf(list: JudgedResource, stack: JudgedStack): JudgedResource[] {
  return stack.ofType(PREFIX_LIST_ENTRY).filter((entry) => dependsOn(entry, "prefixListId", list));
}

/** The networks of a prefix list, or of one entry that is a separate resource. */
function networksOf({ type, properties }: JudgedResource): Network[] {
  const entries = listOf(type === PREFIX_LIST ? properties["entries"] : properties);
  return entries.flatMap(({ cidr }) => parseNetwork(cidr ?? "") ?? []);
}
