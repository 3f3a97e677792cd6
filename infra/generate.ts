import * as fs from "node:fs";
import * as path from "node:path";
import { configSchema } from "./schema/config-schema";
import { projectRoot } from "./project-root";
import type { SchemaNode } from "./schema/explain";
import { withConfigSection } from "./schema/project-file";
import { configurationReference } from "./schema/reference";
import { settingsTypes } from "./schema/settings-types";

/** A file that follows from the configuration schema. */
export interface GeneratedFile {
  /** Absolute path. */
  readonly path: string;
  readonly text: string;
}

/** What the files that follow from the configuration schema must contain now. */
export function generatedFiles(): GeneratedFile[] {
  const projectFile = path.join(projectRoot, "Pulumi.yaml");
  return [
    {
      path: projectFile,
      text: withConfigSection(fs.readFileSync(projectFile, "utf8"), configSchema),
    },
    {
      path: path.join(projectRoot, "docs", "configuration.md"),
      text: configurationReference("kennel", configSchema),
    },
    {
      path: path.join(projectRoot, "infra", "library", "settings.generated.ts"),
      text: settingsTypes(componentSettings()),
    },
  ];
}

/** The settings of the components that other programs may use, by the name of their interface. */
function componentSettings(): Record<string, SchemaNode> {
  const { endpoints, data, monitoring, budget } = configSchema.properties!;
  return {
    EndpointSettings: endpoints!.additionalProperties as SchemaNode,
    DataSettings: data!,
    MonitoringSettings: monitoring!,
    BudgetSettings: budget!,
  };
}

if (require.main === module) {
  for (const file of generatedFiles()) {
    fs.writeFileSync(file.path, file.text);
  }
}
