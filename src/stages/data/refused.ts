import type { FaultCode } from "../../base/fault.ts";

/** Why a row became no example. */
export class Refused {
  readonly code: FaultCode;
  readonly why: string;

  constructor(code: FaultCode, why: string) {
    this.code = code;
    this.why = why;
  }
}
