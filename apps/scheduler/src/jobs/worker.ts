/** Something that runs until it is told to stop. */
export interface Worker {
  readonly name: string;
  /** Resolves once `signal` has fired and what was in hand is done. Does not reject. */
  run(signal: AbortSignal): Promise<void>;
}
