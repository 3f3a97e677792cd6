import type { ServicePrincipal } from "./documents";

/** The parts of a trust policy, as IAM hands it out, that say who may take the role. */
interface TrustStatement {
  readonly Effect?: string;
  readonly Principal?: string | { readonly Service?: string | readonly string[] };
}

function asList<T>(value: T | readonly T[] | undefined): readonly T[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/**
 * Whether a role may be taken by a service at all; conditions are its owner's business.
 *
 * @param trustPolicy the role's trust policy as JSON
 */
export function trusts(trustPolicy: string, service: ServicePrincipal): boolean {
  const { Statement } = JSON.parse(trustPolicy) as {
    Statement?: TrustStatement | readonly TrustStatement[];
  };
  return asList(Statement).some(({ Effect, Principal }) => {
    const services = typeof Principal === "object" ? asList(Principal.Service) : [];
    return Effect === "Allow" && services.includes(service);
  });
}
