/** A part of AWS with accounts, ARNs and domains of its own. */
export interface Partition {
  /** As in ARNs, such as `aws-cn`. */
  readonly id: string;
  /** The regions in it, those to come included. */
  readonly regions: RegExp;
  /** The end of the services' addresses. */
  readonly dnsSuffix: string;
  /** The console's domain, below the region. */
  readonly console: string;
}

/**
 * Every partition, the commercial one last: its regions begin with more countries every year.
 *
 * Principals of services (`sagemaker.amazonaws.com`) need no table: EC2, Lambda, SageMaker, API Gateway and CloudWatch have the
 * same in all partitions. Sources: botocore's partitions.json; its endpoint rules for signin; the AWS CDK's region-info.
 */
export const partitions: readonly Partition[] = [
  {
    id: "aws-cn",
    regions: /^cn-\w+-\d+$/,
    dnsSuffix: "amazonaws.com.cn",
    console: "console.amazonaws.cn",
  },
  {
    id: "aws-us-gov",
    regions: /^us-gov-\w+-\d+$/,
    dnsSuffix: "amazonaws.com",
    console: "console.amazonaws-us-gov.com",
  },
  {
    id: "aws-eusc",
    regions: /^eusc-\w+-\w+-\d+$/,
    dnsSuffix: "amazonaws.eu",
    console: "console.amazonaws-eusc.eu",
  },
  {
    id: "aws-iso",
    regions: /^us-iso-\w+-\d+$/,
    dnsSuffix: "c2s.ic.gov",
    console: "console.c2shome.ic.gov",
  },
  {
    id: "aws-iso-b",
    regions: /^us-isob-\w+-\d+$/,
    dnsSuffix: "sc2s.sgov.gov",
    console: "console.sc2shome.sgov.gov",
  },
  {
    id: "aws-iso-e",
    regions: /^eu-isoe-\w+-\d+$/,
    dnsSuffix: "cloud.adc-e.uk",
    console: "console.csphome.adc-e.uk",
  },
  {
    id: "aws-iso-f",
    regions: /^us-isof-\w+-\d+$/,
    dnsSuffix: "csp.hci.ic.gov",
    console: "console.csphome.hci.ic.gov",
  },
  {
    id: "aws",
    regions: /^[a-z]{2}-[a-z]+-\d+$/,
    dnsSuffix: "amazonaws.com",
    console: "console.aws.amazon.com",
  },
];

/** The partition of a region, or undefined for what is not a region. */
export function partitionOf(region: string): Partition | undefined {
  return partitions.find(({ regions }) => regions.test(region));
}

/** The partition of that name, or undefined. */
export function partitionNamed(id: string): Partition | undefined {
  return partitions.find((partition) => partition.id === id);
}
