/**
 * The CPU time that this process has used, in milliseconds. Unlike wall time, it does not pass while another process has
 * the processor.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
