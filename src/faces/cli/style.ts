import { styleText } from "node:util";

export type Format = Parameters<typeof styleText>[0];

/** Paints text for one stream, or leaves it as it is. */
export type Style = (format: Format, text: string) => string;

/** NO_COLOR (https://no-color.org) wins, then FORCE_COLOR; else colours are for terminals alone. */
export function styleFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Style {
  const asked = (name: string): boolean => env[name] !== undefined && env[name] !== "";
  const forced = asked("FORCE_COLOR") && env["FORCE_COLOR"] !== "0";
  const coloured = !asked("NO_COLOR") && (forced || (stream.isTTY === true && env["TERM"] !== "dumb"));
  return coloured ? (format, text) => styleText(format, text, { validateStream: false }) : (_, text) => text;
}
