/** Scheduled work that one replica must do, however many replicas run. */
export interface Job {
  /** The key of its row in `jobs`. */
  readonly name: string;
  /** When the job is due, as a cron pattern in UTC. One run makes up for all missed runs. */
  readonly cron: string;
  /** Whether the job is also due when a replica starts. */
  readonly runAtStart: boolean;
  /**
   * Does the work once. It must be idempotent, because it may run again after a crash. If `signal` aborts, it should throw
   * soon: the replica is shutting down, or has lost its lease.
   * @returns the result of the run for the list of jobs, as JSON
   */
  run(signal: AbortSignal): Promise<unknown>;
}
