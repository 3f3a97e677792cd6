import Module from "node:module";
import path from "node:path";

type Load = (request: string, parent: { filename: string } | undefined, isMain: boolean) => unknown;

const loader = Module as unknown as { _load: Load };
const load = loader._load;
const SDK = path.join("@pulumi", "pulumi", "index.js");

/**
 * `@pulumi/policy` loads all of Pulumi's SDK. Two parts of it drive the CLI and package functions, which no policy pack does, and take
 * longer to load than all the rest: they stay empty. To be imported before everything else.
 */
loader._load = (request, parent, isMain) =>
  request === "@npmcli/arborist" ||
  (request === "./automation" && parent?.filename.endsWith(SDK) === true)
    ? {}
    : load(request, parent, isMain);
