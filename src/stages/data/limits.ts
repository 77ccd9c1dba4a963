/** What the importer holds in memory at most; everything over it is refused before it is allocated. */
export const maxFileBytes = 256 * 2 ** 20;
/** One row, in UTF-16 units. */
export const maxRowUnits = 2 ** 20;
export const maxColumns = 1000;
export const maxRows = 5_000_000;
/** A label is a name; what is longer is text in the wrong column. */
export const maxLabelUnits = 256;
