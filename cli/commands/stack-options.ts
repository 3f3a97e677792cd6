import { Option } from "@commander-js/extra-typings";

import { POLICY_PACK } from "../repository";

// The options that say which stack is evaluated, and with which policy pack it is checked.

export const stackOption = new Option(
  "-s, --stack <name>",
  "the stack whose Pulumi.<name>.yaml is read (default: dev)",
);

export const configFileOption = new Option(
  "--config-file <file>",
  "a stack configuration file anywhere, instead of --stack",
);

export const policyPackOption = new Option(
  "--policy-pack <folder>",
  "the policy pack to check with",
).default(POLICY_PACK, "Kennel's own");
