/** Both clocks are the machine's monotonic clock, but `performance.now` counts from the start of the process. */
const offsetMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/**
 * Milliseconds on the machine's monotonic clock, which all processes share, so that times of different processes can be
 * subtracted from each other. V8's CPU profiles use the same clock, in microseconds.
 */
export function machineNowMs(): number {
  return offsetMs + performance.now();
}
