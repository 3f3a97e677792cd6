import type { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { ProviderArgs } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";

type CredentialProvider = ReturnType<typeof fromTemporaryCredentials>;
type AssumeRoleOptions = Parameters<typeof fromTemporaryCredentials>[0];

/** Settings of Pulumi's AWS provider (`aws:…`) that say where AWS is and who asks. */
export type Connection = Omit<Unwrap<ProviderArgs>, "region"> & { readonly region: string };

/** Booleans of a stack file arrive as text. */
function isOn(value: boolean | string | undefined): boolean {
  return String(value) === "true";
}

function assumedRole(role: NonNullable<Connection["assumeRoles"]>[number]) {
  return {
    RoleArn: role.roleArn!,
    RoleSessionName: role.sessionName ?? "kennel",
    ExternalId: role.externalId,
    Policy: role.policy,
    PolicyArns: role.policyArns?.map((arn) => ({ arn })),
    SourceIdentity: role.sourceIdentity,
  } satisfies AssumeRoleOptions["params"];
}

async function credentialsOf(connection: Connection): Promise<CredentialProvider> {
  const sdk = await import("@aws-sdk/credential-providers");
  const { region, accessKey, secretKey, token, assumeRoleWithWebIdentity: web } = connection;
  const clientConfig = { region };
  let credentials: CredentialProvider =
    accessKey !== undefined && secretKey !== undefined
      ? () =>
          Promise.resolve({
            accessKeyId: accessKey,
            secretAccessKey: secretKey,
            sessionToken: token,
          })
      : sdk.fromNodeProviderChain({
          clientConfig,
          profile: connection.profile,
          configFilepath: connection.sharedConfigFiles?.[0],
          filepath: connection.sharedCredentialsFiles?.[0],
        });
  if (web !== undefined) {
    const role = { clientConfig, roleArn: web.roleArn!, roleSessionName: web.sessionName };
    credentials =
      web.webIdentityToken === undefined
        ? sdk.fromTokenFile({ ...role, webIdentityTokenFile: web.webIdentityTokenFile })
        : sdk.fromWebToken({ ...role, webIdentityToken: web.webIdentityToken });
  }
  return (connection.assumeRoles ?? []).reduce(
    (masterCredentials, role) =>
      sdk.fromTemporaryCredentials({ masterCredentials, clientConfig, params: assumedRole(role) }),
    credentials,
  );
}

/**
 * How a client of the AWS SDK reaches the account that Pulumi's provider reaches.
 *
 * Without settings it is the SDK's own chain, which reads the same environment and files as the provider.
 *
 * @param service its key in the provider's `endpoints`, such as `sagemaker`
 */
export async function clientConfig(
  connection: Connection,
  service: "sagemaker" | "appautoscaling" | "cloudwatch",
) {
  const endpoint = connection.endpoints?.find((urls) => urls[service])?.[service];
  return {
    region: connection.region,
    credentials: await credentialsOf(connection),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(isOn(connection.useFipsEndpoint) ? { useFipsEndpoint: true } : {}),
    ...(isOn(connection.useDualstackEndpoint) ? { useDualstackEndpoint: true } : {}),
  };
}
