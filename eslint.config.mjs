import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["**/node_modules/", "**/dist/", ".cache/", ".venv/", "**/*.generated.*"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    rules: {
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true, named: true } }],
      eqeqeq: ["error", "always"],
      "no-console": "error",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 80, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    // A describe() block is one function by construction.
    files: ["**/*.test.ts"],
    rules: { "max-lines-per-function": "off", "max-lines": "off" },
  },
  {
    // Oxfmt wraps code, and leaves comments as they are.
    files: [
      "{cli,containers,examples,functions,infra,integration,packages,scripts,systems}/**/*.ts",
    ],
    rules: {
      "max-len": ["error", { code: 1000, comments: 130, ignoreUrls: true, ignoreStrings: true }],
    },
  },
  {
    files: ["infra/**/*.ts"],
    ignores: ["infra/consumer/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.property.name='RunError']",
          message: "Throw a Refusal: the stack trace of a RunError takes minutes to be made.",
        },
      ],
    },
  },
  {
    // These talk to a person on a terminal.
    files: ["cli/**/*.ts", "scripts/**/*.ts", "bench/**/*.ts", "**/{build,compile-kernel}.ts"],
    rules: { "no-console": "off" },
  },
);
