/**
 * An open-addressing table from 32-bit fingerprints to small integers given in order of first sight: 0, 1, 2, …
 * Fingerprints are already well mixed, so the slot is their low bits; collisions probe linearly. Load is kept under half.
 */
export class PrintTable {
  /** Fingerprint of each number given so far; only the first `size` mean anything. */
  prints: Uint32Array<ArrayBuffer>;
  size = 0;
  private slots: Int32Array<ArrayBuffer>;
  private mask: number;

  constructor(expected: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, expected * 2)));
    this.prints = new Uint32Array(slots / 2);
    this.slots = new Int32Array(slots);
    this.mask = slots - 1;
  }

  /** The number of a fingerprint, or -1. */
  find(print: number): number {
    for (let at = print & this.mask; ; at = (at + 1) & this.mask) {
      const held = this.slots[at] - 1;
      if (held < 0 || this.prints[held] === print) return held;
    }
  }

  /** The number of a fingerprint, given now if it has none. */
  put(print: number): number {
    for (let at = print & this.mask; ; at = (at + 1) & this.mask) {
      const held = this.slots[at] - 1;
      if (held < 0) {
        if (this.size === this.prints.length) {
          this.grow();
          return this.put(print);
        }
        this.prints[this.size] = print;
        this.slots[at] = ++this.size;
        return this.size - 1;
      }
      if (this.prints[held] === print) return held;
    }
  }

  private grow(): void {
    const wider = new PrintTable(this.prints.length * 2);
    for (let i = 0; i < this.size; i++) wider.put(this.prints[i]);
    this.prints = wider.prints;
    this.slots = wider.slots;
    this.mask = wider.mask;
  }
}
