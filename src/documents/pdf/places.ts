interface Place {
  readonly x: number;
  readonly y: number;
}

/** How far apart two places of one pen may be found: PDFium counts in single precision. In points. */
export const nearness = 0.25;

/** Finds points by where they are: cells of one point. */
export class Places {
  readonly #cells = new Map<number, number[]>();
  readonly #points: readonly Place[];

  constructor(points: readonly Place[]) {
    this.#points = points;
    points.forEach(({ x, y }, i) => {
      const key = keyOf(Math.floor(x), Math.floor(y));
      const cell = this.#cells.get(key);
      if (cell === undefined) this.#cells.set(key, [i]);
      else cell.push(i);
    });
  }

  near({ x, y }: Place, within = nearness): number[] {
    const found: number[] = [];
    for (let cx = Math.floor(x - within); cx <= Math.floor(x + within); cx++)
      for (let cy = Math.floor(y - within); cy <= Math.floor(y + within); cy++)
        for (const i of this.#cells.get(keyOf(cx, cy)) ?? []) {
          const point = this.#points[i];
          if (Math.abs(point.x - x) <= within && Math.abs(point.y - y) <= within) found.push(i);
        }
    return found;
  }
}

const keyOf = (x: number, y: number): number => x * 2 ** 24 + y;
