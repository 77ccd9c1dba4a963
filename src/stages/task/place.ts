import { isMap, isNode, isPair, isScalar, type Document, type LineCounter } from "yaml";

/** Finds places in a YAML document: "whittle.yaml:12:5". */
export class Places {
  private readonly file: string;
  private readonly document: Document;
  private readonly lines: LineCounter;

  constructor(file: string, document: Document, lines: LineCounter) {
    this.file = file;
    this.document = document;
    this.lines = lines;
  }

  /** Where the value under a path of keys stands, or the nearest value around it where there is none. */
  value(path: readonly PropertyKey[]): string {
    for (let depth = path.length; depth >= 0; depth--) {
      const node: unknown = depth === 0 ? this.document.contents : this.document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return this.at(node.range[0]);
    }
    return this.file;
  }

  /** Where a key of the map under a path stands. */
  key(path: readonly PropertyKey[], key: string): string {
    const map: unknown = path.length === 0 ? this.document.contents : this.document.getIn(path, true);
    if (!isMap(map)) return this.value(path);
    const pair = map.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key);
    return isScalar(pair?.key) && pair.key.range ? this.at(pair.key.range[0]) : this.value(path);
  }

  at(offset: number): string {
    const { line, col } = this.lines.linePos(offset);
    return `${this.file}:${line}:${col}`;
  }
}
