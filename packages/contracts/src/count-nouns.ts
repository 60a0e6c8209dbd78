/** A number with its noun: `1 attempt`, `2 attempts`. The default plural is the noun with an `s`. */
export const countNouns = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;
