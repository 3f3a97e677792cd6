import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../context";
import { partitionNamed } from "../../../packages/aws-facts/partitions";
import { stackName } from "../../names";
import { variantName as ownVariantName } from "../endpoint/endpoint-variant";

/** An endpoint to show. */
export interface DashboardEndpoint {
  /** Its name in the configuration. */
  readonly title: string;
  /** Its name in SageMaker. */
  readonly endpointName: string;
  /**
   * Its variant.
   * @default the one that `Endpoint` makes
   */
  readonly variantName?: pulumi.Input<string>;
  /** The variant that gets copies of requests, to be compared with the other. Omit for none. */
  readonly shadowVariantName?: string;
  /** The function in front of it. Omit for none. */
  readonly functionName?: string;
}

export interface DashboardArgs extends Context {
  /** What to show, a row for each. */
  readonly endpoints: readonly DashboardEndpoint[];
}

/** One page with the requests, latencies, errors and load of every endpoint. */
export class Dashboard extends pulumi.ComponentResource {
  /** Address in the browser, for whoever is logged in to AWS. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: DashboardArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Dashboard", name, {}, options);
    const { naming, endpoints } = args;
    const { region, partition } = args.location;
    const widgets = endpoints.flatMap((endpoint, row) => endpointRow(endpoint, row, region));
    const dashboard = new aws.cloudwatch.Dashboard(
      name,
      { dashboardName: stackName(naming), dashboardBody: pulumi.jsonStringify({ widgets }) },
      { parent: this },
    );
    this.url = pulumi
      .all([partition, dashboard.dashboardName])
      .apply(
        ([here, shown]) =>
          `https://${region}.${partitionNamed(here)?.console ?? "console.aws.amazon.com"}/cloudwatch/home?region=${region}#dashboards/dashboard/${shown}`,
      );
    this.registerOutputs({ url: this.url });
  }
}

type Metric = readonly [namespace: string, metric: string, ...rest: unknown[]];

/** Metrics of one thing, which `dimensions` tell apart. */
const metricsOf =
  (namespace: string, ...dimensions: unknown[]) =>
  (metric: string, stat: string, label?: string): Metric => [
    namespace,
    metric,
    ...dimensions,
    label === undefined ? { stat } : { stat, label },
  ];

function endpointRow(endpoint: DashboardEndpoint, row: number, region: string): unknown[] {
  const { title, endpointName, functionName, shadowVariantName } = endpoint;
  const ofVariant = (namespace: string, variant: pulumi.Input<string> = ownVariantName) =>
    metricsOf(namespace, "EndpointName", endpointName, "VariantName", variant);
  const served = ofVariant("AWS/SageMaker", endpoint.variantName);
  const used = ofVariant("/aws/sagemaker/Endpoints", endpoint.variantName);
  const called = metricsOf("AWS/Lambda", "FunctionName", functionName);
  const copied = ofVariant("AWS/SageMaker", shadowVariantName);
  const shadow = (metric: string, stat: string): Metric[] =>
    shadowVariantName === undefined ? [] : [copied(metric, stat, `shadow: ${metric} ${stat}`)];
  const graphs: Readonly<Record<string, readonly Metric[]>> = {
    requests: [
      served("Invocations", "Sum"),
      served("Invocation4XXErrors", "Sum"),
      served("Invocation5XXErrors", "Sum"),
      ...shadow("Invocations", "Sum"),
      ...shadow("Invocation5XXErrors", "Sum"),
    ],
    "latency (µs)": [
      served("ModelLatency", "p50"),
      served("ModelLatency", "p99"),
      served("OverheadLatency", "p99"),
      ...shadow("ModelLatency", "p50"),
      ...shadow("ModelLatency", "p99"),
    ],
    "load (%)": ["CPU", "Memory", "Disk"].map((what) => used(`${what}Utilization`, "Average")),
    ...(functionName && {
      function: [
        called("Invocations", "Sum"),
        called("Errors", "Sum"),
        called("Throttles", "Sum"),
        called("Duration", "p99"),
      ],
    }),
  };
  return Object.entries(graphs).map(([what, metrics], column) => ({
    type: "metric",
    x: column * 6,
    y: row * 6,
    width: 6,
    height: 6,
    properties: { title: `${title}: ${what}`, region, period: 60, metrics },
  }));
}
