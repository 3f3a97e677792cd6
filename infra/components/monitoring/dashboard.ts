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

/** The same metric of the shadow, where there is one. */
function ofShadow(endpoint: DashboardEndpoint, metric: string, stat: string): Metric[] {
  const { endpointName, shadowVariantName } = endpoint;
  const ofVariant = ["EndpointName", endpointName, "VariantName", shadowVariantName];
  return shadowVariantName === undefined
    ? []
    : [["AWS/SageMaker", metric, ...ofVariant, { stat, label: `shadow: ${metric} ${stat}` }]];
}

function endpointRow(endpoint: DashboardEndpoint, row: number, region: string): unknown[] {
  const { title, endpointName, functionName, variantName = ownVariantName } = endpoint;
  const ofVariant = ["EndpointName", endpointName, "VariantName", variantName];
  const served = (metric: string, stat: string): Metric => [
    "AWS/SageMaker",
    metric,
    ...ofVariant,
    { stat },
  ];
  const shadow = (metric: string, stat: string) => ofShadow(endpoint, metric, stat);
  const used = (metric: string): Metric => [
    "/aws/sagemaker/Endpoints",
    metric,
    ...ofVariant,
    { stat: "Average" },
  ];
  const called = (metric: string, stat: string): Metric => [
    "AWS/Lambda",
    metric,
    "FunctionName",
    functionName,
    { stat },
  ];
  const graphs: [string, Metric[]][] = [
    [
      "requests",
      [
        served("Invocations", "Sum"),
        served("Invocation4XXErrors", "Sum"),
        served("Invocation5XXErrors", "Sum"),
        ...shadow("Invocations", "Sum"),
        ...shadow("Invocation5XXErrors", "Sum"),
      ],
    ],
    [
      "latency (µs)",
      [
        served("ModelLatency", "p50"),
        served("ModelLatency", "p99"),
        served("OverheadLatency", "p99"),
        ...shadow("ModelLatency", "p50"),
        ...shadow("ModelLatency", "p99"),
      ],
    ],
    ["load (%)", [used("CPUUtilization"), used("MemoryUtilization"), used("DiskUtilization")]],
    ...(functionName === undefined
      ? []
      : [
          [
            "function",
            [
              called("Invocations", "Sum"),
              called("Errors", "Sum"),
              called("Throttles", "Sum"),
              called("Duration", "p99"),
            ],
          ] as [string, Metric[]],
        ]),
  ];
  return graphs.map(([what, metrics], column) => ({
    type: "metric",
    x: column * 6,
    y: row * 6,
    width: 6,
    height: 6,
    properties: { title: `${title}: ${what}`, region, period: 60, metrics },
  }));
}
