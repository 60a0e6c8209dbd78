import {
  APPLICATION_PROVIDER,
  CONNECTION_PROVIDER,
  type Delivery,
  type DeliveryStatus,
  HOOKLINE_PROVIDER,
} from '@hookline/contracts';
import { getConnectable, getProvider } from '@hookline/providers';
import type { EventRow } from '../../sql/event-row.ts';

/** What the summary of a journey is made of. */
export interface JourneyFacts {
  event: Pick<EventRow, 'type' | 'via' | 'provider' | 'receivedAt' | 'control'>;
  /** How many endpoints matched the event when it was fanned out, and how many did not. */
  matched: number;
  unmatched: number;
  /** How many of the endpoints that did not match were switched off. */
  off: number;
  /** How many of the endpoints that did not match did not because the event was for another endpoint only. */
  notMeant: number;
  deliveries: readonly DeliveryFacts[];
}

/** What the summary says about one delivery. */
export interface DeliveryFacts {
  status: DeliveryStatus;
  attempts: number;
  /** Duration of its last attempt, in ms; undefined: there was none. */
  lastMs: number | undefined;
  /** The transformation chose to send nothing. */
  isDropped: boolean;
  responseCode: number | null;
  errorCode: string | null;
  nextAttemptAtMs: number | undefined;
  waitsFor: Delivery['waitsFor'];
  parkedBy: Delivery['parkedBy'];
  /** The endpoint had not matched the event; a person or a replay had it sent there. */
  byRequest: 'unmatched' | 'unknown' | undefined;
  /** What had become of it before a person or a replay last had it sent again; undefined: it had not been sent. */
  before: 'attempted' | 'delivered' | undefined;
}

/**
 * Describes a journey in one sentence, without a period at its end: how the event came, which endpoints matched, what
 * became of the deliveries, and what comes next. Its length does not grow with the number of deliveries.
 */
export function summarizeJourney(facts: JourneyFacts, nowMs: number): string {
  return `${describeReceipt(facts.event, nowMs)}${describeMatches(facts)}${describeDeliveries(facts, nowMs)}`;
}

/** An event that tests one endpoint is for this endpoint only. */
const TEST_TYPE = 'webhook.test';
/** Providers of events that no other service sent. */
const OWN_PROVIDERS: readonly string[] = [HOOKLINE_PROVIDER, CONNECTION_PROVIDER];

function describeReceipt(event: JourneyFacts['event'], nowMs: number): string {
  const { via, provider, type } = event;
  const time = timeOfDay(event.receivedAt.getTime(), nowMs);
  const from = getProvider(provider)?.name ?? getConnectable(provider)?.name ?? provider;
  switch (via) {
    case 'webhook':
      return `Received ${time} from ${from}, ${verificationOf(provider)}${describeControl(event)}`;
    case 'poll':
      return provider === HOOKLINE_PROVIDER
        ? `Created ${time} by a schedule`
        : `Found ${time} by polling ${from}${describeControl(event)}`;
    case 'replay':
      return `Replayed ${time} with another payload`;
    default:
      if (provider === APPLICATION_PROVIDER) return `Published ${time} over the API`;
      if (type === TEST_TYPE) return `Sent ${time} to test an endpoint`;
      return OWN_PROVIDERS.includes(provider)
        ? `Announced ${time} by Hookline`
        : `Created ${time} as an example of ${from}`;
  }
}

/** How a webhook of this provider is verified. Only verified webhooks become events. */
function verificationOf(provider: string): string {
  const scheme = getProvider(provider)?.preset?.scheme;
  if (scheme !== undefined && 'token' in scheme)
    return 'authorization' in scheme.token ? 'credentials right' : 'token right';
  return scheme !== undefined && 'allowedAddressesOnly' in scheme ? 'address allowed' : 'signature right';
}

const CONTROL_TEXT: Readonly<Record<string, string>> = {
  revoked: ', subscription revoked',
  disabled: ', subscription disabled',
  verified: ', subscription verified',
  test: ', a test message',
};

const describeControl = ({ control }: JourneyFacts['event']) => CONTROL_TEXT[control ?? ''] ?? '';

function describeMatches({ event, matched, unmatched, off, notMeant }: JourneyFacts): string {
  if (notMeant > 0) {
    const only = event.type === TEST_TYPE ? '' : ', for one endpoint only';
    return matched > 0 ? only : `${only}; that endpoint was deleted before`;
  }
  const all = matched + unmatched;
  if (all === 0) return '; there was no endpoint to send it to';
  if (matched > 0)
    return all === 1 ? ', matched the only endpoint' : `, matched ${matched} of ${all} endpoints`;
  if (all === 1)
    return off === 1 ? '; the only endpoint was switched off' : '; the only endpoint did not match';
  if (off === all) return `; all ${all} endpoints were switched off`;
  const switchedOff = off === 0 ? '' : `, ${count(off)} of them switched off`;
  return `; none of ${all} endpoints matched${switchedOff}`;
}

/** The states in the order in which they are told, with the text about the deliveries of each. */
const STATES: readonly {
  has: (delivery: DeliveryFacts) => boolean;
  tell: (deliveries: readonly DeliveryFacts[], nowMs: number) => string;
}[] = [
  { has: ({ status, isDropped }) => status === 'success' && !isDropped, tell: tellDelivered },
  { has: ({ status }) => status === 'success', tell: () => 'dropped by the transformation' },
  {
    has: ({ status }) => status === 'sending',
    tell: (all) => `${be(all)} being sent${again(all, wasAttempted)}`,
  },
  { has: waitsFor('endpoint'), tell: (all) => `${be(all)} held, because the endpoint is switched off` },
  { has: waitsFor('queue'), tell: (all) => `${be(all)} held, because sending is paused` },
  { has: ({ parkedBy }) => parkedBy !== null, tell: tellParked },
  { has: waitsFor('ordering'), tell: (all) => `${wait(all)} for earlier events with the same ordering key` },
  { has: waitsFor('receiver'), tell: (all) => `${wait(all)} until the receiver is available again` },
  { has: waitsFor('limit'), tell: (all) => `${wait(all)}, because the rate is limited` },
  {
    has: ({ status }) => status === 'pending',
    tell: (all) => `${wait(all)} to be sent${again(all, wasAttempted)}`,
  },
  { has: ({ status }) => status === 'retrying', tell: tellRetrying },
  { has: ({ status }) => status === 'failed', tell: tellDead },
  { has: ({ status }) => status === 'discarded', tell: () => 'discarded' },
];

function waitsFor(reason: NonNullable<Delivery['waitsFor']>): (delivery: DeliveryFacts) => boolean {
  return (delivery) => delivery.waitsFor === reason;
}

function describeDeliveries(facts: JourneyFacts, nowMs: number): string {
  const { deliveries } = facts;
  if (deliveries.length === 0) return '';
  const parts: string[] = [];
  let rest = deliveries;
  for (const { has, tell } of STATES) {
    const group = rest.filter(has);
    if (group.length === 0) continue;
    rest = rest.filter((each) => !has(each));
    const text = tell(group, nowMs);
    parts.push(deliveries.length === 1 ? text : `${count(group.length)} ${text}`);
  }
  return `${describeLater(facts)}: ${parts.join(', ')}`;
}

/** A replay or a person had the event sent to endpoints that had not matched, or that did not exist yet. */
function describeLater({ matched, unmatched, deliveries }: JourneyFacts): string {
  const later = deliveries.filter(({ byRequest }) => byRequest !== undefined);
  if (later.length === 0) return '';
  if (matched === 0 && unmatched === 1 && later.every(({ byRequest }) => byRequest === 'unmatched'))
    return ', later sent to it by request';
  return `, later sent to ${count(later.length)}${matched > 0 ? ' more' : ''} by request`;
}

function tellDelivered(all: readonly DeliveryFacts[]): string {
  const times = all.flatMap(({ lastMs }) => (lastMs === undefined ? [] : [lastMs]));
  const [least, most] = [duration(Math.min(...times)), duration(Math.max(...times))];
  const within = times.length === 0 ? '' : least === most ? ` in ${least}` : ` in ${least} to ${most}`;
  const [only] = all;
  const tries = all.length === 1 && only && only.attempts > 1 ? ` at ${nameAttempt(only.attempts)}` : '';
  const resent = all.length === 1 && only?.before === 'attempted' ? ', after it was sent again' : '';
  const isAgain = ({ before }: DeliveryFacts) => before === 'delivered';
  return all.every(isAgain)
    ? `delivered again${within}${tries}`
    : `delivered${within}${tries}${resent}${again(all, isAgain)}`;
}

function tellParked(all: readonly DeliveryFacts[], nowMs: number): string {
  const [only] = all;
  if (all.length !== 1 || !only?.parkedBy) return 'are parked behind deliveries that gave up';
  const { key, deliveryId, since } = only.parkedBy;
  return `is parked: the ordering key "${key}" is blocked by ${deliveryId} since ${timeOfDay(Date.parse(since), nowMs)}`;
}

function tellRetrying(all: readonly DeliveryFacts[], nowMs: number): string {
  const next = Math.min(...all.map(({ nextAttemptAtMs }) => nextAttemptAtMs ?? Number.POSITIVE_INFINITY));
  const when = Number.isFinite(next) ? ` in ${duration(Math.max(0, next - nowMs))}` : '';
  const [only] = all;
  if (all.length === 1 && only)
    return `waits for ${nameAttempt(only.attempts + 1)}${when}${cause(only, ' after ')}`;
  return `wait for another attempt${when === '' ? '' : `, the next one${when}`}`;
}

function tellDead(all: readonly DeliveryFacts[]): string {
  const [only] = all;
  if (all.length !== 1 || !only) return 'gave up';
  const attempts = only.attempts === 1 ? 'one attempt' : `${count(only.attempts)} attempts`;
  return `gave up after ${attempts}${cause(only, ': ')}`;
}

function cause({ responseCode, errorCode }: DeliveryFacts, before: string): string {
  const text = responseCode ?? errorCode;
  return text === null ? '' : `${before}${text}`;
}

const be = (all: readonly unknown[]) => (all.length === 1 ? 'is' : 'are');
const wait = (all: readonly unknown[]) => (all.length === 1 ? 'waits' : 'wait');
const wasAttempted = ({ before }: DeliveryFacts) => before !== undefined;

/** Says of how many deliveries something happened again. */
function again(all: readonly DeliveryFacts[], isAgain: (delivery: DeliveryFacts) => boolean): string {
  const { length } = all.filter(isAgain);
  if (length === 0) return '';
  return length === all.length ? ' again' : `, ${count(length)} of them again`;
}

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const ORDINALS = [
  '',
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];

const count = (number: number): string => NUMBERS[number] ?? String(number);

function nameAttempt(number: number): string {
  const ordinal = ORDINALS[number];
  return ordinal === undefined ? `attempt ${number}` : `its ${ordinal} attempt`;
}

/** `41 ms`, `1.2 s`, `56 s`, `3 min`, `2 h`, `3 days`. */
function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 119.5) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 119.5) return `${Math.round(minutes)} min`;
  const hours = minutes / 60;
  return hours < 47.5 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}

/** `12:03:04 UTC` for a time of the same day, else `2026-03-01 12:03:04 UTC`. */
function timeOfDay(atMs: number, nowMs: number): string {
  const text = new Date(atMs).toISOString();
  const isToday = text.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10);
  return `${isToday ? '' : `${text.slice(0, 10)} `}${text.slice(11, 19)} UTC`;
}
