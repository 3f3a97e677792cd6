import { documentRule } from "../../document-check";

export const readablePolicyDocument = documentRule({
  name: "readable-policy-document",
  what: "Every policy document can be read: valid JSON, with the elements, types and values that IAM accepts.",
  why: "What cannot be read cannot be judged, and AWS rejects it in the middle of a deployment.",
  example:
    '{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::BUCKET/*" }] }',
  standards: { nist80053r5: "CM-2" },
});
