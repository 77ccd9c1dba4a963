/**
 * A fault is a small letter: what happened, where, why, and what to do about it.
 * Everything the program refuses is refused with one; a face only chooses the envelope.
 */

/** `area/kind`, lower case with dashes; listed in docs/faults.md, which a test keeps complete. */
export type FaultCode = `${string}/${string}`;

export interface FaultLetter {
  /** What happened, one sentence, in the user's words. */
  readonly what: string;
  /** File, line, field, part: whatever finds the place. */
  readonly where?: string;
  /** The reason, where it is not plain from `what`. */
  readonly why?: string;
  /** What the user can do now. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** The wire form that every face uses. */
export interface FaultJson {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly where: string | null;
    readonly why: string | null;
    readonly remedy: string | null;
  };
}

export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;
  readonly where: string | undefined;
  readonly why: string | undefined;
  readonly remedy: string | undefined;

  constructor(code: FaultCode, letter: FaultLetter) {
    super(letter.what, letter.cause === undefined ? undefined : { cause: letter.cause });
    this.code = code;
    this.where = letter.where;
    this.why = letter.why;
    this.remedy = letter.remedy;
  }

  toJSON(): FaultJson {
    return {
      error: {
        code: this.code,
        message: this.message,
        where: this.where ?? null,
        why: this.why ?? null,
        remedy: this.remedy ?? null,
      },
    };
  }

  /** The same letter with its place filled in, where the thrower could not know it. */
  at(where: string): Fault {
    return new Fault(this.code, {
      what: this.message,
      where: this.where === undefined ? where : `${where}, ${this.where}`,
      why: this.why,
      remedy: this.remedy,
      cause: this.cause,
    });
  }
}

/** Printed for people: four lines at most, no stack. */
export function printFault(fault: Fault): string {
  const lines = [`${fault.code}: ${fault.message}`];
  if (fault.where !== undefined) lines.push(`  where:  ${fault.where}`);
  if (fault.why !== undefined) lines.push(`  why:    ${fault.why}`);
  if (fault.remedy !== undefined) lines.push(`  remedy: ${fault.remedy}`);
  return lines.join("\n");
}

/** For the branch that types say cannot be reached. */
export function unreachable(value: never): never {
  throw new Fault("internal/unreachable", { what: `a case was not handled: ${JSON.stringify(value)}` });
}
