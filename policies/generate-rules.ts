import { writeFileSync } from "node:fs";
import path from "node:path";
import { rules } from "./rules";
import { rulesMarkdown } from "./rules-markdown";

// Writes RULES.md: npm run rules -w policies
writeFileSync(path.join(__dirname, "RULES.md"), rulesMarkdown(rules));
