/** A part of a service that works in the background from the service's start to its end. */
export interface Worker {
  /** Names the worker in logs. */
  readonly name: string;
  /**
   * Works until `signal` is aborted, then finishes the work in hand and resolves. A worker handles the errors of its work
   * itself. A worker that rejects, or resolves before the signal, is a defect and ends the process.
   */
  run(signal: AbortSignal): Promise<void>;
}
