import { expand } from "./action-pattern";
import type { Statement } from "./document";
import type { FullAccess } from "./full-access";
import type { InvokeGrant } from "./invoke-scope";

/** How a message calls a statement: by its Sid where it has one. */
export function nameOf(statement: Statement): string {
  return statement.sid ? `statement "${statement.sid}"` : `statement ${statement.index + 1}`;
}

/** What full access means in numbers: which statement and pattern, how many actions, three of them. */
export function explainFullAccess({ statements, pattern, services }: FullAccess): string {
  const where = statements.map(nameOf).join(" with ");
  const what =
    services.length === 1
      ? `every action of ${services[0]!}`
      : `every action of ${services.length} services`;
  const { count, examples } = expand(pattern.includes(":") || pattern === "*" ? pattern : "*", 3);
  const extent =
    count === 0
      ? "a service that AWS no longer lists"
      : `${count.toLocaleString("en")} actions, such as ${examples.join(", ")}, and all that AWS adds`;
  return `${where} allows \`${pattern}\`: ${what} on every resource (${extent})`;
}

/** Which statement lets which invoke action reach which endpoints. */
export function explainInvokeGrant({ statement, action, resource, scope }: InvokeGrant): string {
  const reach = scope === "unscoped" ? "every endpoint" : "a whole group of endpoints";
  const pattern = statement.resources?.negated ? "NotResource" : `\`${resource}\``;
  return `${nameOf(statement)} allows ${action} on ${pattern}: ${reach}`;
}
