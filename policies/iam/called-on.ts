import { ActionSet } from "./actions";
import { MARK } from "./patterns";
import { complement, resourcesIn, type Test } from "./requests";
import { serviceOf, templatesOf } from "./services";
import { accepts, domain } from "./words";

/** The ARN templates of what an action is called on; a star where it is called on nothing. */
export function calledOn(action: string): readonly string[] {
  const templates = templatesOf(action);
  return templates.length === 0 ? ["*"] : templates;
}

/** The requests for an action on anything that it can be called on: not on a bucket's objects, where it is called on buckets. */
export function requestsFor(action: string): Test[] {
  const templates = calledOn(action);
  const own = templates.map((each) => anyOf(each, "[*+]"));
  const words = domain(...own);
  const [service] = action.toLowerCase().split(":") as [string];
  // One template may take in another, which is then the more precise one.
  const others = serviceOf(service)
    .everything.flat()
    .filter((each) => !templates.includes(each) && accepts(words, wordOf(each)));
  return [
    { of: "action", actions: new ActionSet([action]) },
    resourcesIn(...own),
    ...(others.length === 0
      ? []
      : [complement(resourcesIn(...others.map((each) => anyOf(each, "[*]"))))]),
  ];
}

/** The domain of an ARN template: any names, anywhere. */
function anyOf(template: string, name: string): string {
  return template
    .replace("${Partition}", "[:+]")
    .replaceAll(/\$\{\w+\}/g, "[:]")
    .replaceAll(MARK, name);
}

function wordOf(template: string): string {
  return template.replaceAll(/\$\{\w+\}/g, "x");
}
