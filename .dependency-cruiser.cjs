// Who may import whom. `npm run boundaries` checks it, imports of types included.
"use strict";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Data flows one way: move what both need into a file below them.",
      severity: "error",
      from: { pathNot: "[.]test[.]ts$" },
      to: { circular: true },
    },
    {
      name: "packages-are-the-ground-floor",
      comment: "packages/ holds facts that everything may use; it uses nothing of the repository.",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^(cli|infra|policies|functions|containers|scripts)/" },
    },
    {
      name: "infra-knows-no-policies",
      comment:
        "The program is checked by the policy pack and knows nothing of it; only cli/ knows both.",
      severity: "error",
      from: { path: "^infra/" },
      to: { path: "^(cli|policies|containers|scripts)/", pathNot: "^scripts/python-environment" },
    },
    {
      name: "policies-know-no-program",
      comment: "The policy pack checks any program.",
      severity: "error",
      from: { path: "^policies/" },
      to: { path: "^(cli|infra|functions|containers|scripts)/" },
    },
    {
      name: "functions-and-containers-stand-alone",
      comment: "What runs in AWS is made of functions/, containers/ and packages/ alone.",
      severity: "error",
      from: { path: "^(functions|containers)/" },
      to: { path: "^(cli|infra|policies|scripts)/" },
    },
    {
      name: "iam-knows-no-pulumi",
      comment: "policies/iam/ is about documents, whoever wrote them.",
      severity: "error",
      from: { path: "^policies/iam/" },
      to: { path: "@pulumi/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|[.]cache)/|[.]assembly[.]ts$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "require", "node", "default"],
    },
  },
};
