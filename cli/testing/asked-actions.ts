import { actionOf } from "../deployer/actions";

/** IAM's prefixes where they are not the name of the SDK's client. */
const PREFIXES: Readonly<Record<string, string>> = {
  sagemakerruntime: "sagemaker",
  cloudwatchlogs: "logs",
};

/**
 * The IAM action that a request of the SDK needs.
 *
 * @param client such as `SageMakerRuntime`, or of its package `sagemaker-runtime`
 */
export function actionOfRequest(client: string, operation: string): string {
  const service = client.replaceAll("-", "").toLowerCase();
  return actionOf(PREFIXES[service] ?? service, operation);
}

/** The IAM actions that a run of `kennel` with KENNEL_DEBUG=1 has asked for; what stands for Pulumi's state is left out. */
export function askedActions(stderr: string): string[] {
  return (
    [...stderr.matchAll(/^AWS (\w+)\.(\w+) (.*)$/gm)]
      .filter(([, , , input = ""]) => !input.includes("kennel-sandbox-state"))
      .map(([, client = "", operation = ""]) => actionOfRequest(client, operation))
      // Everybody may ask who they are.
      .filter((action) => action !== "sts:GetCallerIdentity")
  );
}
