import type { BinaryReader } from "@bufbuild/protobuf/wire";

/** No name is longer; what is, is weights that stand where a name should. */
const LONGEST = 1 << 16;

const utf8 = new TextDecoder();

/** A name of the file. */
export function textOf(r: BinaryReader): string {
  const bytes = r.bytes();
  if (bytes.length > LONGEST) throw new RangeError(`a text of ${bytes.length} bytes stands where a name should`);
  return utf8.decode(bytes);
}

/** The text of an attribute. Of one too long to be a setting, as an operator of another domain may have, the beginning. */
export function settingOf(r: BinaryReader): string {
  return utf8.decode(r.bytes().subarray(0, LONGEST));
}
