import { Mistakes } from "../refusal";
import { configSchema } from "../schema/config-schema";
import { inspect } from "../schema/mistakes";
import type { WrittenStack } from "../schema/stack";

/** A component got arguments that it cannot use: Pulumi shows the message alone, without a stack trace. */
export class ArgumentError extends Mistakes {
  override readonly name = "ArgumentError";

  /**
   * @param component the component as a program writes it, such as `new Endpoint("dogs")`
   * @param problems one sentence each, naming its argument
   */
  constructor(component: string, problems: readonly string[]) {
    super(`The arguments of ${component} have`, problems);
  }
}

/**
 * Checks arguments by the same schema as a stack's configuration, and fills in the defaults.
 *
 * @param component the component as a program writes it
 * @param path where a stack's configuration has the same settings
 * @param settings what was given
 * @param pick reads the checked settings
 * @throws ArgumentError naming every argument that is wrong, what is allowed and an example
 */
export function checkArguments<T>(
  component: string,
  path: readonly [section: keyof WrittenStack, name?: string],
  settings: object,
  pick: (written: WrittenStack) => T,
): T {
  const given = Object.fromEntries(
    // An optional argument may be given as undefined; a configuration has no such value.
    Object.entries(settings).filter(([, value]) => value !== undefined),
  );
  const [section, name] = path;
  const raw = { [section]: name === undefined ? given : { [name]: given } };
  const telling = { namespace: "argument", schema: configSchema, secretKeys: new Set<string>() };
  const { problems, settings: written } = inspect(raw, telling);
  if (written === undefined) {
    const prefix = `argument:${path.join(".")}.`;
    throw new ArgumentError(
      component,
      problems.map((problem) => problem.replaceAll(prefix, "")),
    );
  }
  return pick(written);
}
