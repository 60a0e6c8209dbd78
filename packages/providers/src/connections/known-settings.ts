import type { Connectable } from './connectable.ts';
import { PLACEHOLDERS } from './request-template.ts';

const ADDRESS_FIELDS: ReadonlySet<string> = new Set(['url', 'authorizationUrl', 'tokenUrl']);

/** The parts of a definition that have requests. */
const requestsOf = ({ oauth, polling, watches }: Connectable) => ({ oauth, polling, watches });

/** The origins that are called for accounts of a service, and that an application may replace. */
export function listOrigins(connectable: Connectable): string[] {
  const origins = new Set<string>();
  for (const { field, text } of textsIn(requestsOf(connectable))) {
    if (ADDRESS_FIELDS.has(field) && URL.canParse(text)) origins.add(new URL(text).origin);
  }
  return [...origins].sort();
}

/** Placeholders that no setting of a connection fills: each request, each application or each watch has its own value. */
const FILLED_BY_HOOKLINE: ReadonlySet<string> = new Set([
  'accessToken',
  'callbackUrl',
  'clientId',
  'cursor',
  'events',
  'logId',
  'refreshToken',
  'resource',
  'secret',
  'since',
  'subscriptionId',
  'topicName',
]);

/** The names of `settings.values`: what requests of the service need, and what the provider tells of an account. */
export function listValueNames(connectable: Connectable): string[] {
  const names = new Set<string>();
  for (const { text } of textsIn(requestsOf(connectable))) {
    for (const [, name = ''] of text.matchAll(/\{(\w+)\}/g)) {
      if (Object.hasOwn(PLACEHOLDERS, name) && !FILLED_BY_HOOKLINE.has(name)) names.add(name);
    }
  }
  const { identity = [], answerValues = {}, installation } = connectable.oauth ?? {};
  for (const { values = {} } of identity) for (const name of Object.keys(values)) names.add(name);
  for (const name of Object.keys(answerValues)) names.add(name);
  if (installation !== undefined) names.add(installation.value);
  return [...names].sort();
}

/** The names that `settings.events` may have: of the events that can be chosen for a watch. */
export const listWatchedEvents = ({ watches = [] }: Connectable): string[] =>
  [...new Set(watches.flatMap(({ events }) => events?.possible ?? []))].sort();

/** Every text in a value, with the name of its field; that of an entry of a list is the name of the list. */
function* textsIn(value: unknown, field = ''): Generator<{ field: string; text: string }> {
  if (typeof value === 'string') yield { field, text: value };
  else if (Array.isArray(value)) for (const each of value) yield* textsIn(each, field);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) yield* textsIn(each, name);
  }
}
