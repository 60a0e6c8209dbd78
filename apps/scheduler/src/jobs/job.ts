/** Work that is due by the clock and must be done once, however many replicas run. */
export interface Job {
  /** Key of its row in `jobs`. */
  readonly name: string;
  /** When it is due: a cron pattern, in UTC. Runs that were missed are made up for by one. */
  readonly cron: string;
  /** Due as well whenever a replica starts. */
  readonly runAtStart: boolean;
  /**
   * Does the work once. It may be done again after a crash, so it must bear repetition. When `signal` fires it should
   * end soon, by throwing: the replica is shutting down, or has lost its lease to another.
   * @returns what is shown of the run, as JSON
   */
  run(signal: AbortSignal): Promise<unknown>;
}
