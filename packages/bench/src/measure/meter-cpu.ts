/**
 * Starts counting the CPU time of several processes.
 * @param readers return the total CPU seconds of each process so far
 * @returns a function that returns the CPU seconds of each process since the start
 */
export function meterCpu<Name extends string>(
  readers: Record<Name, () => number>,
): () => Record<Name, number> {
  const read = () =>
    Object.fromEntries(
      (Object.entries(readers) as [Name, () => number][]).map(([name, readSeconds]) => [name, readSeconds()]),
    ) as Record<Name, number>;
  const before = read();
  return () => {
    const after = read();
    for (const name of Object.keys(after) as Name[]) after[name] -= before[name];
    return after;
  };
}

export function sumSeconds(seconds: Record<string, number>): number {
  return Object.values(seconds).reduce((sum, each) => sum + each, 0);
}
