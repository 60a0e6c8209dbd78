import type { FeedServerMessage } from '../contracts.ts';
import type { FeedEvent } from './feed-options.ts';

/** An event as the gateway sends it: its cursor is beside it. */
export type ReceivedEvent = Omit<FeedEvent, 'cursor'>;

/** @returns the messages of a text frame: one or several. Undefined when it is not JSON. */
export function readFrame(data: unknown): FeedServerMessage[] | undefined {
  try {
    const frame = JSON.parse(String(data)) as unknown;
    return [frame].flat().filter(isMessage);
  } catch {
    return undefined;
  }
}

const isMessage = (value: unknown): value is FeedServerMessage =>
  typeof value === 'object' && value !== null && 'type' in value;
