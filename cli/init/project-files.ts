import { readFileSync } from "node:fs";
import path from "node:path";

import { REPOSITORY } from "../repository";

/** What a new project is made from. */
export interface ProjectSettings {
  /** Name of the Pulumi project, and of the endpoint's resources. */
  readonly name: string;
  /** AWS region. */
  readonly region: string;
  /** Address that alarms are mailed to; without one there are no alarms. */
  readonly email?: string | undefined;
}

/** A package of this repository, as `npm pack` names its archive. */
export interface PackedPackage {
  readonly name: string;
  readonly file: string;
}

/** The files of a new project, by their path in it. */
export function projectFiles(
  settings: ProjectSettings,
  packages: readonly PackedPackage[],
): Readonly<Record<string, string>> {
  return {
    "package.json": json(manifest(settings, packages)),
    "tsconfig.json": json(TYPESCRIPT),
    "Pulumi.yaml": pulumiProject(settings),
    "Pulumi.dev.yaml": stack(settings),
    "index.ts": program(settings),
    ".gitignore": "node_modules/\n",
    "README.md": readme(settings),
  };
}

const TYPESCRIPT = {
  compilerOptions: {
    strict: true,
    target: "es2022",
    module: "nodenext",
    moduleResolution: "nodenext",
    skipLibCheck: true,
    noEmit: true,
  },
};

interface Manifest {
  readonly engines: object;
  readonly allowScripts: object;
  readonly dependencies: Readonly<Record<string, string>>;
}

function manifest({ name }: ProjectSettings, packages: readonly PackedPackage[]): object {
  const file = path.join(REPOSITORY, "package.json");
  const { dependencies, engines } = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  const pinned = (...names: string[]): [string, string | undefined][] =>
    names.map((each) => [each, dependencies[each]]);
  const vendored = packages.map((each) => [each.name, `file:vendor/${each.file}`]);
  return {
    name,
    private: true,
    engines,
    main: "index.ts",
    scripts: {
      preview: "pulumi preview --policy-pack node_modules/@kennel/policies",
      up: "pulumi up --policy-pack node_modules/@kennel/policies",
      types: "tsc",
    },
    dependencies: Object.fromEntries([
      ...vendored,
      ...pinned("@pulumi/aws", "@pulumi/policy", "@pulumi/pulumi", "ts-node", "typescript"),
    ]),
  };
}

function pulumiProject({ name, email }: ProjectSettings): string {
  const config = `config:
  email:
    type: string
    description: Address that alarms are mailed to
`;
  return `name: ${name}
description: An image classifier behind a SageMaker endpoint
runtime: nodejs
${email === undefined ? "" : config}`;
}

function stack({ name, region, email }: ProjectSettings): string {
  const address = email === undefined ? "" : `  ${name}:email: ${JSON.stringify(email)}\n`;
  return `config:
  aws:region: ${region}
  aws:defaultTags:
    tags: { Project: ${name}, Environment: dev, ManagedBy: pulumi }
${address}`;
}

function program({ email }: ProjectSettings): string {
  const imports =
    email === undefined
      ? `import { Endpoint } from "@kennel/components";\n`
      : `import { Alarms, Endpoint } from "@kennel/components";\nimport * as pulumi from "@pulumi/pulumi";\n`;
  const alarms =
    email === undefined
      ? ""
      : `const config = new pulumi.Config();
const alarms = new Alarms("alarms", { emails: [config.require("email")] });

`;
  return `${imports}
${alarms}// The model in the folder model/, and a Lambda function that callers with an AWS identity send photos to.
const classifier = new Endpoint("main", { model: "model", function: {}${alarms && ", alarms"} });

export const endpointName = classifier.endpointName;
export const functionName = classifier.functionName;
export const functionUrl = classifier.functionUrl;
`;
}

function readme({ name }: ProjectSettings): string {
  return `# ${name}

An image classifier behind a SageMaker endpoint, made with Kennel's components for Pulumi.

    npm install
    pulumi stack init dev
    npm run preview     # what will be created, checked by the policy pack
    npm run up          # needs AWS credentials and Docker

\`model/\` is the model: \`model.onnx\`, \`classes.json\` and \`preprocess.json\`. \`index.ts\` says how it is served; every argument is documented in its
types and in node_modules/@kennel/components/README.md. The rules are in node_modules/@kennel/policies/RULES.md. \`vendor/\` holds both packages.
`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
