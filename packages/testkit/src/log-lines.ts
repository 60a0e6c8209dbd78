import { PassThrough } from 'node:stream';
import { until } from './until.ts';

export interface LogLines {
  /** The destination for a logger. */
  destination: PassThrough;
  /** The whole log so far. */
  text(): string;
  /** The lines so far that have this message. */
  of(message: string): Record<string, unknown>[];
  /** Waits until there are at least this many lines with this message. */
  waitFor(message: string, count: number): Promise<Record<string, unknown>[]>;
}

/** Collects the log of a service, for tests of its lines. */
export function collectLogLines(): LogLines {
  const destination = new PassThrough();
  let text = '';
  destination.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const of = (message: string) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === message);
  return {
    destination,
    text: () => text,
    of,
    waitFor: (message, count) =>
      until(() => (of(message).length >= count ? of(message) : undefined), {
        what: `${count} lines "${message}"`,
      }),
  };
}
