import path from "node:path";

/**
 * Loads a module of the command line when its command runs: what is behind one command (the AWS SDK, every IAM action)
 * takes a second to load that the others should not pay. `import()` would do it for ECMAScript modules only.
 *
 * @param module - the module's path below `cli/`, without its extension.
 */
export function loadWhenNeeded<Module>(module: string): Module {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
  return require(path.join(__dirname, "..", module)) as Module;
}
