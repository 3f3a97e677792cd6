/**
 * Puts variables into this process's environment, for clients that read them when they are made.
 *
 * @returns what puts the former ones back
 */
export function inEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const former = { ...process.env };
  Object.assign(process.env, variables);
  return () => {
    for (const name of Object.keys(variables)) {
      if (former[name] === undefined) {
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the environment is such an object
        delete process.env[name];
      } else {
        process.env[name] = former[name];
      }
    }
  };
}
