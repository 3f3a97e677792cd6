import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

// A sound stack of another team: the pack has nothing to say about it. Remove the public access block, or write
// Action: "sqs:*", and `pulumi preview` names the resource, the reason and what to write instead.
const photos = new aws.s3.Bucket("photos");
// The bucket's name is known before the bucket exists, so that a first preview also checks the policies below.
const bucketArn = pulumi.interpolate`arn:aws:s3:::${photos.bucket}`;
const everyPhoto = pulumi.interpolate`${bucketArn}/*`;

new aws.s3.BucketPublicAccessBlock("photos", {
  bucket: photos.id,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});

new aws.s3.BucketServerSideEncryptionConfiguration("photos", {
  bucket: photos.id,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
});

new aws.s3.BucketVersioning("photos", {
  bucket: photos.id,
  versioningConfiguration: { status: "Enabled" },
});

new aws.s3.BucketPolicy("photos", {
  bucket: photos.id,
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, everyPhoto],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  },
});

const reader = new aws.iam.Role("reader", {
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ],
  },
});

new aws.iam.RolePolicy("reader", {
  role: reader.name,
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: everyPhoto,
      },
    ],
  },
});

export const readerArn = reader.arn;
