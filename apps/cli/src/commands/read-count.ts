import { InvalidArgumentError } from 'commander';

/** Reads a number of things. */
export function readCount(value: string): number {
  const count = Number(value);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new InvalidArgumentError('It must be a whole number from 1.');
  return count;
}
