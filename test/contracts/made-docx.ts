import { strToU8, zipSync } from "fflate";

/** For the tests: a Word document of parts, the ordinary ones filled in where they are not given. */
export function madeDocx(parts: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const all: Record<string, string | Uint8Array> = {
    "[Content_Types].xml": contentTypes(Object.keys(parts)),
    "_rels/.rels": relationships({ rId1: ["officeDocument", "word/document.xml"] }),
    ...parts,
  };
  const files = Object.entries(all).map(([name, content]) => [name, typeof content === "string" ? strToU8(content) : content] as const); // prettier-ignore
  return zipSync(Object.fromEntries(files));
}

export const word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

/** A document's part around the content of its body. */
export function body(content: string, root = "document"): string {
  const inner = root === "document" ? `<w:body>${content}</w:body>` : content;
  return `<?xml version="1.0" encoding="UTF-8"?><!-- Jane Doe --><w:${root} ${word} xmlns:r="r" xmlns:wp="wp" xmlns:a="a" xmlns:mc="mc" xmlns:v="v">${inner}</w:${root}>`;
}

/** A paragraph of runs, one a text. */
export function paragraph(...texts: readonly string[]): string {
  return `<w:p w:rsidR="00AB">${texts.map((text) => `<w:r><w:rPr><w:b/></w:rPr><w:t>${text}</w:t></w:r>`).join("")}</w:p>`;
}

export function relationships(
  targets: Readonly<Record<string, readonly [type: string, target: string, external?: boolean]>>,
): string {
  const rows = Object.entries(targets).map(
    ([id, [type, target, external]]) =>
      `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"${external === true ? ' TargetMode="External"' : ""}/>`,
  );
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${rows.join("")}</Relationships>`;
}

function contentTypes(parts: readonly string[]): string {
  const rows = parts.filter((name) => name.endsWith(".xml")).map((name) => `<Override PartName="/${name}" ContentType="application/xml"/>`); // prettier-ignore
  return `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="png" ContentType="image/png"/>${rows.join("")}</Types>`;
}
