import { deflateSync, inflateSync } from "node:zlib";

/** PDFs written by hand for the tests, and their own way of looking into one: none of it is the program's reader or writer. */

export interface Made {
  /** Objects by number from 1: what stands between "obj" and "endobj". */
  readonly objects: readonly (string | Buffer)[];
  readonly trailer?: string;
}

export const stream = (content: string | Buffer, dict = ""): Buffer => {
  const bytes = typeof content === "string" ? Buffer.from(content, "latin1") : content;
  return Buffer.concat([
    Buffer.from(`<<${dict}/Length ${bytes.length}>>\nstream\n`, "latin1"),
    bytes,
    Buffer.from("\nendstream"),
  ]);
};

export const packed = (content: string | Buffer, dict = ""): Buffer =>
  stream(
    deflateSync(typeof content === "string" ? Buffer.from(content, "latin1") : content),
    `${dict}/Filter/FlateDecode`,
  );

/** With a table of objects; `before` makes it an update that is appended. */
export function makePdf(
  { objects, trailer = "" }: Made,
  before: Buffer = Buffer.from("%PDF-1.7\n"),
  first = 1,
): Buffer {
  const parts = [before];
  let size = before.length;
  const offsets = objects.map((object, i) => {
    const part = Buffer.concat([Buffer.from(`${first + i} 0 obj\n`), asBytes(object), Buffer.from("\nendobj\n")]);
    parts.push(part);
    size += part.length;
    return size - part.length;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const head =
    first === 1 ? `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n` : `xref\n${first} ${objects.length}\n`;
  parts.push(
    Buffer.from(
      `${head}${table}trailer\n<</Size ${first + objects.length}/Root 1 0 R${trailer}>>\nstartxref\n${size}\n%%EOF\n`,
      "latin1",
    ),
  );
  return Buffer.concat(parts);
}

/** The same objects in an object stream, found through a cross-reference stream. Streams stay outside of it. */
export function makePackedPdf({ objects, trailer = "" }: Made): Buffer {
  const inside = objects
    .map((object, i) => ({ object, number: i + 1 }))
    .filter(({ object }) => typeof object === "string");
  const outside = objects
    .map((object, i) => ({ object, number: i + 1 }))
    .filter(({ object }) => typeof object !== "string");
  let body = "";
  const pairs = inside.map(({ object, number }) => {
    const pair = `${number} ${body.length}`;
    body += `${object as string} `;
    return pair;
  });
  const head = `${pairs.join(" ")} `;
  const holder = objects.length + 1;
  const bytes = [Buffer.from("%PDF-1.7\n")];
  let size = bytes[0].length;
  const rows: [number, number, number][] = [[0, 0, 0]];
  const put = (number: number, object: Buffer): void => {
    rows[number] = [1, size, 0];
    bytes.push(Buffer.concat([Buffer.from(`${number} 0 obj\n`), object, Buffer.from("\nendobj\n")]));
    size += bytes.at(-1)!.length;
  };
  for (const { object, number } of outside) put(number, object as Buffer);
  put(holder, packed(head + body, `/Type/ObjStm/N ${inside.length}/First ${head.length}`));
  inside.forEach(({ number }, i) => (rows[number] = [2, holder, i]));
  rows[holder + 1] = [1, size, 0];
  const table = Buffer.from(rows.flatMap(([type, a, b]) => [type, a >> 16, (a >> 8) & 255, a & 255, b]));
  const start = size;
  put(holder + 1, packed(table, `/Type/XRef/W[1 3 1]/Size ${rows.length}/Root 1 0 R${trailer}`));
  return Buffer.concat([...bytes, Buffer.from(`startxref\n${start}\n%%EOF\n`)]);
}

const asBytes = (object: string | Buffer): Buffer =>
  typeof object === "string" ? Buffer.from(object, "latin1") : object;

export const helvetica = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";

/** One page, 600 by 800, with Helvetica as F; objects from 6 on are the caller's. */
export const onePage = (
  content: string | Buffer,
  more: readonly (string | Buffer)[] = [],
  options: { resources?: string; page?: string; catalogue?: string; trailer?: string } = {},
): Made => ({
  objects: [
    `<</Type/Catalog/Pages 2 0 R${options.catalogue ?? ""}>>`,
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>${options.resources ?? ""}>>${options.page ?? ""}>>`,
    typeof content === "string" ? packed(content) : content,
    helvetica,
    ...more,
  ],
  ...(options.trailer === undefined ? {} : { trailer: options.trailer }),
});

/** The bytes of a PDF and of every stream in it that unpacks. */
export function insides(bytes: Uint8Array): Buffer[] {
  const file = Buffer.from(bytes);
  const found = [file];
  for (let at = file.indexOf("stream\n"); at >= 0; at = file.indexOf("stream\n", at + 7)) {
    if (file.subarray(at - 3, at).toString("latin1") === "end") continue;
    try {
      found.push(inflateSync(file.subarray(at + 7)));
    } catch {
      continue;
    }
  }
  return found;
}

/** Which of some texts still stand in a PDF: plain, in wide characters, or in hexadecimal digits of either. */
export function leftIn(bytes: Uint8Array, texts: readonly string[]): string[] {
  const all = insides(bytes);
  return texts.filter((text) => {
    const wide = Buffer.from(text, "utf16le");
    const big = Buffer.from(wide).swap16();
    const plain = [Buffer.from(text, "utf8"), Buffer.from(text, "latin1"), wide, big];
    const forms = [
      ...plain,
      ...plain
        .flatMap((each) => [each.toString("hex"), each.toString("hex").toUpperCase()])
        .map((hex) => Buffer.from(hex)),
    ];
    return all.some((part) => forms.some((form) => part.includes(form)));
  });
}
