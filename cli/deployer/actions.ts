/** Actions that are not called like the operation of the API. Source: Service Authorization Reference. */
const others: Readonly<Record<string, string>> = {
  "apigatewayv2:CreateApi": "apigateway:POST",
  "apigatewayv2:CreateIntegration": "apigateway:POST",
  "apigatewayv2:CreateRoute": "apigateway:POST",
  "apigatewayv2:CreateStage": "apigateway:POST",
  "apigatewayv2:DeleteApi": "apigateway:DELETE",
  "budgets:CreateBudget": "budgets:ModifyBudget",
  "budgets:DeleteBudget": "budgets:ModifyBudget",
  "lambda:Invoke": "lambda:InvokeFunction",
  "s3:CopyObject": "s3:PutObject",
  "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
  "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
  "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:HeadObject": "s3:GetObject",
  "s3:ListBuckets": "s3:ListAllMyBuckets",
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
};

/**
 * The IAM action that allows a request.
 *
 * @param service botocore's name of the service
 */
export function actionOf(service: string, operation: string): string {
  const request = `${service}:${operation}`;
  return others[request] ?? request;
}
