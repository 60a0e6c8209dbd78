import { createHash } from 'node:crypto';
import { identifierAt } from '@hookline/json';
import {
  type NormalizedEvent,
  type PolledAccount,
  type PolledItem,
  type PollingSpecification,
  readPolledItems,
  readResyncItems,
  removedItemEvent,
} from '@hookline/providers';
import { laterOf } from './compare-cursors.ts';
import { nextPage } from './next-page.ts';
import type { PollRequest } from './plan-request.ts';
import { hashOfItem, type PollProgress, type PollState, remember } from './poll-state.ts';

/** An answer that is a success or says that the cursor is too old. */
export interface PollAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly json: unknown;
  readonly isNotModified: boolean;
}

/** An event to publish, before the state is stored. */
export interface FreshItem {
  /** The same for each repetition, and unique within the connection. */
  readonly key: string;
  readonly event: NormalizedEvent;
  /** Undefined for an item that a snapshot no longer has. */
  readonly item: PolledItem | undefined;
}

/** What follows from an answer. */
export interface PollStep {
  /** To be published before `state` is stored; the earliest first. */
  readonly fresh: readonly FreshItem[];
  readonly state: PollState;
  /** The poll is complete. Otherwise the next request follows. */
  readonly isComplete: boolean;
  readonly items: number;
  /** Items were lost, and why. */
  readonly gap?: string;
}

export interface StepInput {
  readonly provider: string;
  readonly poll: PollingSpecification;
  readonly state: PollState;
  readonly request: PollRequest;
  readonly answer: PollAnswer;
  readonly about: PolledAccount;
  readonly nowMs: number;
}

/** An answer that is not what the provider's definition says. */
export class PollAnswerError extends Error {
  override readonly name = 'PollAnswerError';
  readonly code = 'unreadable_answer';
}

/** The most pages of one poll, over all its runs. */
const MAX_PAGES = 500;
const BACKFILL_MAILBOX_SECONDS = 7 * 86_400;
const MIN_SEEN = 500;
const MAX_SEEN = 2_000;

/**
 * Decides what an answer means: which items are events, what is known afterwards, and whether there is more to ask for.
 * It has no effects, so that a test, a simulation and the service decide the same.
 */
export function applyAnswer(input: StepInput): PollStep {
  const { purpose } = input.request;
  if (purpose === 'initial') return takeCursor(input);
  const { answer, poll } = input;
  if (purpose === 'page' && answer.status === poll.cursor?.expired?.status) return expire(input);
  if (answer.isNotModified) return complete(input, input.state, [], 0);
  if (purpose === 'page' && 'added' in poll.events) return compareSnapshots(input);
  return readPage(input);
}

/** The cursor from which on the poll will ask. What is there before is the baseline. */
function takeCursor(input: StepInput): PollStep {
  const { poll, state, answer, nowMs } = input;
  const cursor = identifierAt(answer.body, answer.json, poll.cursor?.initial?.at ?? '');
  if (cursor === undefined) throw new PollAnswerError('the answer has no cursor');
  const taken: PollState = { ...state, baseline: true, cursor };
  // Asked for before anything is listed, so that nothing falls in between.
  if (state.progress?.mode === 'resync') return { fresh: [], state: taken, isComplete: false, items: 0 };
  if (state.backfill && poll.cursor?.expired?.resync !== undefined) return beginBackfill(taken, nowMs);
  const { backfill: _, ...rest } = taken;
  return { fresh: [], state: { ...rest, polledAtMs: nowMs }, isComplete: true, items: 0 };
}

function beginBackfill(state: PollState, nowMs: number): PollStep {
  const since = Math.floor(nowMs / 1_000) - BACKFILL_MAILBOX_SECONDS;
  return {
    fresh: [],
    state: { ...state, progress: { ...newProgress(nowMs), mode: 'resync', since } },
    isComplete: false,
    items: 0,
  };
}

/** The cursor is too old: a new one, and then what was missed, if there is a way to find it. */
function expire({ poll, state, nowMs }: StepInput): PollStep {
  const { cursor: _, progress: __, ...rest } = state;
  const since = Math.floor((state.polledAtMs ?? nowMs) / 1_000);
  if (poll.cursor?.expired?.resync !== undefined) {
    const progress: PollProgress = { ...newProgress(nowMs), mode: 'resync', since };
    return { fresh: [], state: { ...rest, progress }, isComplete: false, items: 0 };
  }
  const gap = 'The provider no longer knows the position of the last poll.';
  return { fresh: [], state: rest, isComplete: false, items: 0, gap };
}

function compareSnapshots(input: StepInput): PollStep {
  const { provider, poll, state, about, answer } = input;
  const { items, unreadable } = readItems(input);
  // An item that is not recognised must not look as if it had left.
  if (unreadable > 0) throw new PollAnswerError('the list has items without an identity');
  const before = state.snapshot;
  const wasEmpty = before === undefined || Object.keys(before).length === 0;
  if (items.length === 0 && !wasEmpty && !state.doubtsEmpty) {
    // A list that is suddenly empty is believed when it is empty twice.
    return complete(input, { ...state, doubtsEmpty: true }, [], 0);
  }
  const snapshot: Record<string, string> = {};
  for (const { id, remembered } of items) snapshot[id] = remembered ?? '{}';
  const round = state.round ?? 0;
  const isBaseline = before === undefined;
  const added = items.filter(({ id }) => (isBaseline ? state.backfill === true : !Object.hasOwn(before, id)));
  const removed = Object.entries(before ?? {}).filter(([id]) => !Object.hasOwn(snapshot, id));
  // A thing that leaves and comes back is a new event each time: the round distinguishes them.
  const fresh: FreshItem[] = [
    ...removed.map(([id, remembered]) => ({
      key: keyOf(poll, about, `removed:${id}:${round}`),
      event: removedItemEvent(provider, poll, { id, remembered }, about),
      item: undefined,
    })),
    ...added.map((item) => ({
      key: keyOf(poll, about, `added:${item.id}:${round}`),
      event: item.event,
      item,
    })),
  ];
  const { doubtsEmpty: _, ...rest } = state;
  const changed = fresh.length > 0 || isBaseline;
  const validator = validatorOf(poll, answer);
  return complete(
    input,
    {
      ...rest,
      snapshot,
      round: changed ? round + 1 : round,
      ...(validator !== undefined && { validator }),
    },
    fresh,
    items.length,
  );
}

function readPage(input: StepInput): PollStep {
  const { poll, state, request, answer, about, nowMs } = input;
  const { items } = readItems(input);
  const isResync = request.purpose === 'resync';
  const seen = new Set(state.seen);
  const hashes = items.map(({ seenAs }) => hashOfItem(seenAs));
  const isFirst = state.baseline === undefined;
  // The first poll only learns what is there, except if someone asked for it, or if it is the reason for the poll.
  const learns = isFirst && !state.backfill;
  const wasThere = ({ event: { timeMs } }: (typeof items)[number]) =>
    learns && (state.sinceMs === undefined || timeMs === undefined || timeMs <= state.sinceMs);
  const known = new Set(state.backfill ? [] : seen);
  const fresh: FreshItem[] = [];
  let lastIsKnown = false;
  let anyIsKnown = false;
  for (const [index, item] of items.entries()) {
    const hash = hashes[index] ?? '';
    lastIsKnown = known.has(hash);
    anyIsKnown ||= lastIsKnown;
    if (lastIsKnown) continue;
    known.add(hash);
    if (!wasThere(item)) fresh.push({ key: itemKey(poll, about, item), event: item.event, item });
  }
  fresh.reverse();

  const started = state.progress ?? newProgress(nowMs);
  const progress: PollProgress = {
    ...started,
    pages: started.pages + 1,
    items: started.items + items.length,
    onlyNew: started.onlyNew && !anyIsKnown,
    ...withDefined('cursor', isResync ? undefined : cursorAfter(input, items, started.cursor)),
    ...withDefined(
      'validator',
      started.validator ?? (started.pages === 0 ? validatorOf(poll, answer) : undefined),
    ),
  };
  const remembered = remember(state.seen ?? [], hashes, seenLimit(poll));
  const page = nextPage(isResync ? poll.cursor?.expired?.resync?.pages : poll.pages, answer);
  const last = items.at(-1);
  const readsOn =
    page !== undefined &&
    !(last === undefined ? learns : wasThere(last)) &&
    (poll.cursor !== undefined || state.backfill === true || !lastIsKnown);
  const isRepeated = JSON.stringify(page) === JSON.stringify(started.page);
  if (readsOn && !isRepeated && progress.pages < MAX_PAGES) {
    return {
      fresh,
      state: { ...state, seen: remembered, progress: { ...progress, page } },
      isComplete: false,
      items: items.length,
    };
  }
  const gap = gapOf(input, progress, readsOn && progress.pages >= MAX_PAGES);
  const step = complete(
    input,
    {
      ...state,
      baseline: true,
      seen: remembered,
      ...withDefined('cursor', progress.cursor ?? state.cursor),
      ...withDefined('validator', progress.validator),
    },
    fresh,
    items.length,
    progress,
  );
  return gap === undefined ? step : { ...step, gap };
}

/** Why items were lost; undefined if none were, as far as can be known. */
function gapOf(
  { poll, state, request }: StepInput,
  progress: PollProgress,
  isCut: boolean,
): string | undefined {
  if (isCut) return `The list has more than ${MAX_PAGES} pages; the rest was not read.`;
  const { listsOnlyNewest } = poll;
  if (request.purpose !== 'page' || listsOnlyNewest === undefined) return undefined;
  const wasComplete = state.baseline !== undefined && state.hadItems === true && !state.backfill;
  return wasComplete && progress.onlyNew && progress.items >= listsOnlyNewest
    ? `The provider lists the newest ${listsOnlyNewest} items, and none of them was known: items in between were missed.`
    : undefined;
}

/** Ends a poll. The position advances only here. */
function complete(
  { nowMs }: StepInput,
  state: PollState,
  fresh: readonly FreshItem[],
  items: number,
  progress: PollProgress | undefined = state.progress,
): PollStep {
  const { progress: _, backfill: __, sinceMs: ___, ...rest } = state;
  const total = progress?.items ?? items;
  return {
    fresh,
    state: {
      ...rest,
      polledAtMs: progress?.startedAtMs ?? nowMs,
      // An empty answer moves nothing.
      hadItems: total > 0 || (state.hadItems ?? false),
    },
    isComplete: true,
    items,
  };
}

function readItems({ provider, poll, request, answer, about }: StepInput) {
  const resync = poll.cursor?.expired?.resync;
  const read =
    request.purpose === 'resync' && resync !== undefined
      ? readResyncItems(provider, resync, answer.body, about)
      : readPolledItems(provider, poll, answer.body, about);
  if (read === undefined) throw new PollAnswerError('the answer is not JSON, or has no list at its place');
  return read;
}

const newProgress = (nowMs: number): PollProgress => ({
  mode: 'poll',
  startedAtMs: nowMs,
  pages: 0,
  items: 0,
  onlyNew: true,
});

/** The cursor after the pages so far. Of several answers the first counts: later ones may be ahead of their lists. */
function cursorAfter(
  { poll, state, answer }: StepInput,
  items: readonly PolledItem[],
  soFar: string | undefined,
): string | undefined {
  if (poll.cursor === undefined) return undefined;
  const { from } = poll.cursor;
  if ('answer' in from) {
    const cursor = soFar ?? identifierAt(answer.body, answer.json, from.answer);
    if (cursor === undefined) throw new PollAnswerError('the answer has no cursor');
    return cursor;
  }
  let latest = soFar ?? state.cursor;
  for (const { event } of items) {
    const { payload } = event;
    const time = identifierAt(payload, JSON.parse(payload.toString('utf8')), from.newestItem);
    latest = laterOf(latest, time, from.unit);
  }
  return latest;
}

function validatorOf({ conditional }: PollingSpecification, { headers }: PollAnswer): string | undefined {
  if (conditional === undefined) return undefined;
  return conditional === 'etag' ? headers['etag'] : headers['last-modified'];
}

function seenLimit({ listsOnlyNewest, cursor }: PollingSpecification): number {
  if (listsOnlyNewest !== undefined) return Math.min(MAX_SEEN, Math.max(MIN_SEEN, 2 * listsOnlyNewest));
  return cursor !== undefined && 'answer' in cursor.from ? MAX_SEEN : MIN_SEEN;
}

function itemKey(poll: PollingSpecification, about: PolledAccount, item: PolledItem): string {
  const { naturalKey } = item;
  return naturalKey !== undefined && naturalKey.withinSeconds === undefined
    ? naturalKey.key
    : keyOf(poll, about, item.id);
}

function keyOf(poll: PollingSpecification, { resource }: PolledAccount, id: string): string {
  return [poll.id, ...(resource === undefined ? [] : [resource]), id].join(':');
}

/** A dedupe key has at most 200 characters. */
const MAX_KEY_LENGTH = 160;

/** The dedupe key of an event of a connection, for a key that is unique within the connection. */
export function connectionDedupeKey(connectionId: string, key: string): string {
  const isShort = key.length <= MAX_KEY_LENGTH && /^[\x21-\x7e]+$/.test(key);
  const own = isShort ? key : `sha256:${createHash('sha256').update(key).digest('hex')}`;
  return `${connectionId}:${own}`;
}

function withDefined<Name extends string>(
  name: Name,
  value: string | undefined,
): { readonly [Key in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: string };
}
