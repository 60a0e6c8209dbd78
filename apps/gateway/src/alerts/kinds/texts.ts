import type { AlertSubject } from '@hookline/contracts';

/** `The endpoint "Orders"`, or with its id if it has no name. */
export const nameOf = (what: string, { name, id }: AlertSubject): string =>
  `The ${what} ${name === null ? id : `"${name}"`}`;

/** `1 delivery`, `2 deliveries` */
export const count = (number: number, one: string, many: string): string =>
  `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;

const UNITS = [
  [86_400, 'day', 'days'],
  [3_600, 'hour', 'hours'],
  [60, 'minute', 'minutes'],
] as const;

/** A duration in its largest unit: `90 minutes`, `2 days`. A unit is used from two of it on. */
export function duration(seconds: number): string {
  for (const [length, one, many] of UNITS)
    if (seconds >= 2 * length || (length === 60 && seconds >= 60))
      return count(Math.floor(seconds / length), one, many);
  return count(Math.max(0, Math.floor(seconds)), 'second', 'seconds');
}

/** `of the tenant "acme"`, or of the whole installation. */
export const ownerOf = ({ userId }: AlertSubject): string =>
  userId === null ? 'of this installation' : `of the tenant "${userId}"`;

/** `2026-12-01 12:03 UTC` */
export const minute = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
