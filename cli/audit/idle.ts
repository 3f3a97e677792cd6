import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  type EndpointSummary,
  ListTagsCommand,
  paginateListEndpoints,
  paginateListNotebookInstances,
  type SageMakerClient,
  StopNotebookInstanceCommand,
} from "@aws-sdk/client-sagemaker";

import { clientSettings } from "../aws/clients";
import { daysSince, type Finding, isOlder, type Limits, unlessOwned } from "./finding";
import { ownerOf } from "./owner";

const DAY_SECONDS = 86_400;

/** Endpoints in service that nobody has asked for so long. */
export async function idleEndpointFindings(
  client: SageMakerClient,
  region: string,
  { idleDays, now }: Limits,
): Promise<Finding[]> {
  const cloudWatch = new CloudWatchClient(clientSettings(region));
  const findings: Finding[] = [];
  for await (const page of paginateListEndpoints({ client }, { StatusEquals: "InService" })) {
    for (const endpoint of page.Endpoints ?? []) {
      const isOld = isOlder(endpoint.CreationTime, idleDays, now);
      if (isOld && (await invocations(client, cloudWatch, endpoint, idleDays, now)) === 0) {
        findings.push(await idleEndpoint(client, endpoint, idleDays));
      }
    }
  }
  return findings;
}

/** Invocations of all variants, and answers of an async endpoint. */
async function invocations(
  client: SageMakerClient,
  cloudWatch: CloudWatchClient,
  { EndpointName }: EndpointSummary,
  days: number,
  now: Date,
): Promise<number> {
  const { ProductionVariants = [] } = await client.send(
    new DescribeEndpointCommand({ EndpointName }),
  );
  const ofEndpoint = { Name: "EndpointName", Value: EndpointName };
  const dimensions = [
    ...ProductionVariants.map(({ VariantName }) => ({
      MetricName: "Invocations",
      Dimensions: [ofEndpoint, { Name: "VariantName", Value: VariantName }],
    })),
    { MetricName: "InvocationsProcessed", Dimensions: [ofEndpoint] },
  ];
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now.getTime() - days * DAY_SECONDS * 1000),
      EndTime: now,
      MetricDataQueries: dimensions.map((metric, index) => ({
        Id: `m${index}`,
        MetricStat: {
          Metric: { Namespace: "AWS/SageMaker", ...metric },
          Period: DAY_SECONDS,
          Stat: "Sum",
        },
      })),
    }),
  );
  return MetricDataResults.flatMap(({ Values = [] }) => Values).reduce(
    (sum, each) => sum + each,
    0,
  );
}

async function idleEndpoint(
  client: SageMakerClient,
  { EndpointName, EndpointArn }: EndpointSummary,
  days: number,
): Promise<Finding> {
  const owner = await ownerOfArn(client, EndpointArn);
  return {
    check: "endpoint-idle",
    resource: EndpointName!,
    owner,
    message: `no invocation in ${days} days, and its instances cost money`,
    ...unlessOwned(owner, {
      what: `delete the endpoint ${EndpointName}`,
      run: () => client.send(new DeleteEndpointCommand({ EndpointName })),
    }),
  };
}

/** Notebooks that have run for so long since somebody started them: AWS keeps no account of their use. */
export async function idleNotebookFindings(
  client: SageMakerClient,
  { idleDays, now }: Limits,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const inService = { StatusEquals: "InService" } as const;
  for await (const page of paginateListNotebookInstances({ client }, inService)) {
    for (const notebook of page.NotebookInstances ?? []) {
      const { NotebookInstanceName, NotebookInstanceArn, LastModifiedTime } = notebook;
      if (isOlder(LastModifiedTime, idleDays, now)) {
        findings.push({
          check: "notebook-idle",
          resource: NotebookInstanceName!,
          owner: await ownerOfArn(client, NotebookInstanceArn),
          message: `runs since ${daysSince(LastModifiedTime ?? now, now)}`,
          removal: {
            // Its disk stays, and its stack can start it again, so one that a stack owns is stopped as well.
            what: `stop the notebook ${NotebookInstanceName}`,
            run: () => client.send(new StopNotebookInstanceCommand({ NotebookInstanceName })),
          },
        });
      }
    }
  }
  return findings;
}

async function ownerOfArn(
  client: SageMakerClient,
  ResourceArn: string | undefined,
): Promise<string | null> {
  const { Tags } = await client.send(new ListTagsCommand({ ResourceArn }));
  return ownerOf(Tags);
}
