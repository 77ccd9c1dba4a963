/** The package's own types declare a module of its old name, and need the browser's. */
declare module "@mixmark-io/domino" {
  const domino: { createDocument(html?: string, force?: boolean): unknown };
  export default domino;
}
