import type { Lifecycles } from "./lifecycle";
import { accessLifecycles } from "./lifecycles/access";
import { computeLifecycles } from "./lifecycles/compute";
import { functionLifecycles } from "./lifecycles/functions";
import { monitoringLifecycles } from "./lifecycles/monitoring";
import { sagemakerLifecycles } from "./lifecycles/sagemaker";
import { storageLifecycles } from "./lifecycles/storage";

/** Every type of resource that the program creates, as far as AWS has requests for it. */
export const lifecycles: Lifecycles = {
  ...accessLifecycles,
  ...computeLifecycles,
  ...functionLifecycles,
  ...monitoringLifecycles,
  ...sagemakerLifecycles,
  ...storageLifecycles,
};
