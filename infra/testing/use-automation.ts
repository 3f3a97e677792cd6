import { PulumiCommand } from "@pulumi/pulumi/automation";

import type { Engine } from "./engine";
import { useEngine } from "./use-engine";

/**
 * {@link useEngine} for what drives the CLI through Pulumi's Automation API. That refuses one that is too old, or does not say
 * its version, as one that is built from source: the tests are then skipped as well.
 */
export function useAutomation(): Engine {
  before(async function () {
    await PulumiCommand.get().catch(() => {
      this.skip();
    });
  });
  return useEngine();
}
