import type { FeedFilter } from '@hookline/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import { readDurationMs } from '../listen/since.ts';

/** The options of commands that follow the live feed. */
export interface FeedFlags {
  eventType?: string[];
  repository?: string[];
  provider?: string;
  userId?: string;
  since?: string;
  exitAfter?: number;
  timeout?: number;
  giveUpAfter?: number;
}

export function addFeedOptions(command: Command): Command {
  return command
    .option(
      '--event-type <pattern>',
      'only events of these types, such as github.*; may be given several times',
      collect,
    )
    .option(
      '--repository <name>',
      'only events of these repositories: acme/api, or acme/*; may be given several times',
      collect,
    )
    .option('--provider <id>', 'only events of this provider')
    .option('--user-id <id>', 'operators: only events of this tenant')
    .option('--since <when>', 'begin with earlier events: last (where this command ended), 10m, or a time')
    .option('--exit-after <n>', 'end after so many events', readWhole)
    .option('--timeout <duration>', 'end with an error after this time, such as 30s', readDuration)
    .option(
      '--give-up-after <duration>',
      'end when the gateway was away for so long (default: never)',
      readDuration,
    );
}

/** The filter of the feed. One filter is enough: its fields are ANDed, and the values of a field are ORed. */
export function toFeedFilter({ eventType, repository, provider, userId }: FeedFlags): FeedFilter {
  return {
    ...(eventType === undefined ? {} : { eventType }),
    ...(repository === undefined ? {} : { repository }),
    ...(provider === undefined ? {} : { provider }),
    ...(userId === undefined ? {} : { userId }),
  };
}

/** The filter in words, for the banner. */
export function describeFilter({ eventType, repository, provider, userId }: FeedFlags): string {
  const parts = [
    eventType?.join(', ') ?? 'all events',
    ...(provider === undefined ? [] : [`of ${provider}`]),
    ...(repository === undefined ? [] : [`in ${repository.join(', ')}`]),
    ...(userId === undefined ? [] : [`of the tenant ${userId}`]),
  ];
  return parts.join(' ');
}

export const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

export function readWhole(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number))
    throw new InvalidArgumentError('It must be a whole number.');
  return number;
}

export function readDuration(value: string): number {
  const ms = readDurationMs(value);
  if (ms === undefined)
    throw new InvalidArgumentError('It must be a duration such as 500ms, 30s, 10m or 2h.');
  return ms;
}
