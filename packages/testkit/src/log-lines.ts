import { PassThrough } from 'node:stream';
import { until } from './until.ts';

export interface LogLines {
  /** For a logger to write to. */
  destination: PassThrough;
  /** Everything written so far. */
  text(): string;
  /** The lines with this message that have been written so far. */
  of(message: string): Record<string, unknown>[];
  /** Waits for so many of them. */
  waitFor(message: string, count: number): Promise<Record<string, unknown>[]>;
}

/** Keeps what a service logs, for tests of its lines. */
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
