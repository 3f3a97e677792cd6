import "./lean-start";

import { PolicyPack } from "@pulumi/policy";
import { toPolicies } from "./pack";
import { Received } from "./received";
import { rules } from "./rules";
import { listenToEngine } from "./wire";

const received = new Received();
const policies = toPolicies(rules, received);
listenToEngine(policies, received);
new PolicyPack("kennel", { policies });
