import { Alarms, Endpoint } from "@kennel/components";
import * as pulumi from "@pulumi/pulumi";

// Alarms are mailed to `${PROJECT}:email` of Pulumi.dev.yaml; without an address, there are no alarms.
const email = new pulumi.Config().get("email");
const watched = email === undefined ? {} : { alarms: new Alarms("alarms", { emails: [email] }) };

// The model in the folder model/, and a Lambda function that callers with an AWS identity send photos to.
const classifier = new Endpoint("main", { model: "model", function: {}, ...watched });

export const endpointName = classifier.endpointName;
export const functionName = classifier.functionName;
export const functionUrl = classifier.functionUrl;
