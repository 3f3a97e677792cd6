import { PolicyPack } from "@pulumi/policy";
import { toPolicies } from "./pack";
import { rules } from "./rules";
import { SecretPaths } from "./secret-paths";
import { listenToEngine } from "./wire";

const secrets = new SecretPaths();
listenToEngine(rules, secrets);
new PolicyPack("kennel", { policies: toPolicies(rules, undefined, secrets) });
