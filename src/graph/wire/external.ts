/** Where the bytes of a tensor lie when they lie in a file of their own, as the model says it. */
export interface ExternalPlace {
  /** A path from the model's folder. Nobody vouches for it. */
  readonly location: string;
  readonly offset: number;
  /** Of the tensor, by its type and dims. */
  readonly length: number;
}

/** Gives exactly `length` bytes or throws; bounds what it allocates by what there is. */
export type External = (place: ExternalPlace) => Uint8Array;
