/**
 * An open-addressing table from 32-bit fingerprints, signed or not, to small integers given in order of first sight:
 * 0, 1, 2, … Fingerprints are already well mixed, so the slot is their low bits; collisions probe linearly. Load is kept
 * under half.
 */
export class PrintTable {
  /** Fingerprint of each number given so far; only the first `size` mean anything. */
  prints: Uint32Array<ArrayBuffer>;
  size = 0;
  /** By slot, side by side for one look into memory: a fingerprint, and its number + 1 or 0 for none. */
  private slots: Int32Array<ArrayBuffer>;
  private mask: number;

  constructor(expected: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, expected * 2)));
    this.prints = new Uint32Array(slots / 2);
    this.slots = new Int32Array(2 * slots);
    this.mask = 2 * slots - 1;
  }

  /** The number of a fingerprint, or -1. */
  find(print: number): number {
    const { slots, mask } = this;
    const sought = print | 0;
    for (let at = (sought << 1) & mask; ; at = (at + 2) & mask) {
      const held = slots[at + 1];
      if (held === 0 || slots[at] === sought) return held - 1;
    }
  }

  /** The number of a fingerprint, given now if it has none. */
  put(print: number): number {
    const sought = print | 0;
    for (let at = (sought << 1) & this.mask; ; at = (at + 2) & this.mask) {
      const held = this.slots[at + 1];
      if (held === 0) {
        if (this.size === this.prints.length) {
          this.grow();
          return this.put(print);
        }
        this.prints[this.size] = print;
        this.slots[at] = sought;
        this.slots[at + 1] = ++this.size;
        return this.size - 1;
      }
      if (this.slots[at] === sought) return held - 1;
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
