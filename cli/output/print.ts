/** Prints a result: one JSON document where a program asks for it, otherwise text. */
export function print(isJson: boolean | undefined, document: unknown, text: () => string): void {
  console.log(isJson === true ? JSON.stringify(document, null, 2) : text());
}
