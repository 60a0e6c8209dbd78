/** The answer of a local server. */
export interface LocalAnswer {
  status: number;
  headers: readonly (readonly [name: string, value: string])[];
  /** The first 64 KB. */
  body: Uint8Array;
  isCut: boolean;
}
