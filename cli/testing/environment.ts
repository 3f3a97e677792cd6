/**
 * Puts variables into this process's environment, for clients that read them when they are made.
 *
 * @returns what puts the whole environment back, whatever has been set meanwhile
 */
export function inEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const former = { ...process.env };
  Object.assign(process.env, variables);
  return () => {
    for (const name of Object.keys(process.env).filter((each) => !(each in former))) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the environment is such an object
      delete process.env[name];
    }
    Object.assign(process.env, former);
  };
}
