import type { Worker } from './worker.ts';

export interface RunningWorkers {
  /** Aborts the workers' signals in the order of the list, and resolves when every worker has finished. */
  stop(): Promise<void>;
}

/**
 * Starts workers, in the order of the list.
 * @param onFatal called with the name of a worker that failed, which must end the process: its work is no longer done
 */
export function runWorkers(workers: readonly Worker[], onFatal: (error: Error) => void): RunningWorkers {
  const running = workers.map((worker) => {
    const stopping = new AbortController();
    return { stopping, ended: runWorker(worker, stopping.signal, onFatal) };
  });
  return {
    async stop() {
      for (const { stopping } of running) stopping.abort();
      await Promise.all(running.map(({ ended }) => ended));
    },
  };
}

/** Never rejects: stopping the other workers must not depend on this one. */
async function runWorker(
  worker: Worker,
  signal: AbortSignal,
  onFatal: (error: Error) => void,
): Promise<void> {
  try {
    await worker.run(signal);
    if (!signal.aborted) throw new Error('it ended before it was stopped');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    onFatal(new Error(`the worker "${worker.name}" failed: ${reason}`, { cause: error }));
  }
}
