/** Both clocks are the machine's monotonic one; only `performance.now` starts counting at the start of the process. */
const offsetMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/**
 * Milliseconds on a clock that all processes of this machine share and that is never set, so that a time taken by one
 * process can be subtracted from a time taken by another. V8's CPU profiles use the same clock, in microseconds.
 */
export function machineNowMs(): number {
  return offsetMs + performance.now();
}
