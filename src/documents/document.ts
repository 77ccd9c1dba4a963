/** What is to stand where something was found: UTF-16 offsets, the end exclusive. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly replacement: string;
}

/**
 * Finds what is to go out of a text and says what comes in its place: sorted by start, without overlap, never half of a
 * surrogate pair. A document format knows nothing more of who finds what.
 */
export type Redact = (text: string) => Promise<readonly Replacement[]>;

/** A file's path, or its bytes as they come. */
export type Input = string | AsyncIterable<Uint8Array>;

/** Bounds on what a document may ask for. They are held before anything is allocated. */
export interface Limits {
  /** Bytes of a document that has to be held whole: HTML, JSON, DOCX. Text, CSV and JSONL are streamed and have no bound. */
  readonly wholeBytes: number;
  /** UTF-16 units of one CSV record or one line of JSONL. */
  readonly recordUnits: number;
  /** Bytes that the parts of an archive may come to, unpacked. */
  readonly unpackedBytes: number;
  /** How many times larger than its packed form a part of an archive may be, once it is over a megabyte. */
  readonly unpackedRatio: number;
  /** Files in an archive. */
  readonly entries: number;
  /** Elements, or values of JSON, that one document may be built of. */
  readonly elements: number;
  /** Elements inside elements. */
  readonly depth: number;
  /** Places that are listed one by one; further ones are only counted. */
  readonly places: number;
}

export const defaultLimits: Limits = {
  wholeBytes: 64 << 20,
  recordUnits: 4 << 20,
  unpackedBytes: 512 << 20,
  unpackedRatio: 200,
  entries: 10_000,
  elements: 1_000_000,
  depth: 512,
  places: 10_000,
};

export interface Options {
  readonly limits: Limits;
  readonly signal?: AbortSignal;
  /** Pictures and embedded files, which nothing here can read: the document is refused, or they stay and are listed. */
  readonly unread: "refuse" | "keep";
}

/** Where something was taken out. It holds no text of the document. */
export interface Place {
  /** "line 3, column 2", "word/document.xml, paragraph 14": the text that the offset counts in. */
  readonly where: string;
  readonly offset: number;
  readonly length: number;
  readonly label: string;
}

/** What was done to a document, without a character of what was removed. */
export interface Redacted {
  /** How many were replaced, by label in order of the labels. */
  readonly counts: Readonly<Record<string, number>>;
  readonly charactersRead: number;
  readonly charactersRemoved: number;
  readonly places: readonly Place[];
  /** Places beyond the bound on `places`. */
  readonly placesLeftOut: number;
  /** What was taken out unread, in words: "3 comments", "the document's properties". */
  readonly dropped: readonly string[];
  /** Parts that stayed and that nothing here can read. Empty unless the options ask for it. */
  readonly unread: readonly string[];
  /** SHA-256 of the output. */
  readonly hash: string;
}

export interface DocumentFormat {
  readonly name: string;
  /** In lower case, with the point. */
  readonly extensions: readonly string[];
  /**
   * Writes the redacted document to `output`, whole or not at all. What cannot be read with certainty is a fault; its
   * letter holds no text of the document and no file's name.
   */
  readonly redact: (input: Input, output: string, redact: Redact, options: Options) => Promise<Redacted>;
}
