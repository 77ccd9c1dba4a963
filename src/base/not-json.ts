/**
 * Why a text is no JSON, in the parser's words without the piece of the text that newer engines quote: rows may hold what no
 * log may. "Unexpected token 'A'", "Unterminated string in JSON at position 20".
 */
export function notJson(error: unknown): string {
  if (!(error instanceof SyntaxError)) return "it cannot be read";
  const quoted = error.message.search(/, (\.\.\.)?"/);
  return quoted === -1 ? error.message : error.message.slice(0, quoted);
}
