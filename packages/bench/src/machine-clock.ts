/**
 * Milliseconds on the machine's monotonic clock, which all processes share, so that times of different processes can be
 * subtracted from each other. V8's CPU profiles use the same clock, in microseconds.
 */
export function machineNowMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
}
