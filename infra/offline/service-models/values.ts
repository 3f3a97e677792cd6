/** Stands for a value that a preview does not know; every rule lets it pass. */
export const unknownValue = Symbol("unknown until it exists");

/** Stands for the content of a file or an archive. */
export const fileContent = Symbol("the content of a file");
