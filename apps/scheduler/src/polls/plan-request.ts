import type { PollingSpecification, RequestTemplate } from '@hookline/providers';
import { earlierBy } from './compare-cursors.ts';
import type { PollState } from './poll-state.ts';

/** The next request of a poll. */
export interface PollRequest {
  /** `initial`: asks for a cursor. `page`: a page of the list. `resync`: a page of what an expired cursor has missed. */
  readonly purpose: 'initial' | 'page' | 'resync';
  readonly request: RequestTemplate;
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Items of a mailbox that are asked for twice rather than missed. */
const RESYNC_OVERLAP_SECONDS = 60;

/** @param values of the poll's own placeholders */
export function planRequest(
  poll: PollingSpecification,
  state: PollState,
  values: Readonly<Record<string, string | undefined>>,
): PollRequest {
  const { progress } = state;
  const query = progress?.page ?? {};
  const { cursor } = poll;
  if (cursor?.initial !== undefined && state.cursor === undefined) {
    return { purpose: 'initial', request: cursor.initial.request, values, query: {}, headers: {} };
  }
  const resync = cursor?.expired?.resync;
  if (progress?.mode === 'resync' && resync !== undefined) {
    const since = Math.max(0, (progress.since ?? 0) - RESYNC_OVERLAP_SECONDS);
    return {
      purpose: 'resync',
      request: resync.request,
      values: { ...values, since: String(since) },
      query,
      headers: {},
    };
  }
  return {
    purpose: 'page',
    request: poll.request,
    values: { ...values, cursor: state.backfill ? undefined : cursorOf(poll, state) },
    query,
    headers: progress === undefined && !state.backfill ? conditionOf(poll, state) : {},
  };
}

function cursorOf({ cursor }: PollingSpecification, state: PollState): string | undefined {
  if (cursor === undefined || state.cursor === undefined) return undefined;
  const { from, overlapSeconds } = cursor;
  if (overlapSeconds === undefined || 'answer' in from) return state.cursor;
  return earlierBy(state.cursor, overlapSeconds, from.unit);
}

function conditionOf(
  { conditional }: PollingSpecification,
  { validator }: PollState,
): Record<string, string> {
  if (conditional === undefined || validator === undefined) return {};
  return conditional === 'etag' ? { 'if-none-match': validator } : { 'if-modified-since': validator };
}
