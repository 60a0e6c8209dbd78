/** A limit that runs out, unless it is stopped. */
export interface TimeLimit {
  /** Aborted when the time has run out, or at once by `abort`. */
  signal: AbortSignal;
  ms: number;
  /** The time begins again. */
  restart(): void;
  stop(): void;
  abort(): void;
}

export function createTimeLimit(ms: number): TimeLimit {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let timer = setTimeout(abort, ms);
  return {
    signal: controller.signal,
    ms,
    restart() {
      clearTimeout(timer);
      timer = setTimeout(abort, ms);
    },
    stop: () => clearTimeout(timer),
    abort,
  };
}
