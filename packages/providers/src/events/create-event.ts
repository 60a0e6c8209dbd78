import { createHash } from 'node:crypto';
import type { ControlMessage, NormalizedEvent } from '../provider/normalized-event.ts';

const MAX_TYPE_LENGTH = 200;
const MAX_ATTRIBUTE_LENGTH = 500;
/** With the id of a source before it, it is a dedupe key. */
const MAX_DELIVERY_ID_LENGTH = 160;
/** Segments beyond it are left out: an event's attributes together have to fit into 64 KB of headers. */
const MAX_SOURCE_LENGTH = 4_000;

/** What a provider's file says of an event: text as the provider sent it, and undefined wherever it said nothing. */
export interface EventDescription {
  readonly provider: string;
  /** Parts of the type below the provider, such as `['workflow_job', 'completed']`; dots inside are kept. */
  readonly type: readonly (string | undefined)[];
  /** Path below the provider, such as `['acme', 'api']`. The first undefined ends it. */
  readonly source?: readonly (string | undefined)[];
  readonly subject?: string | undefined;
  readonly timeMs?: number | undefined;
  readonly deliveryId?: string | undefined;
  readonly action?: string | undefined;
  readonly repository?: string | undefined;
  readonly control?: ControlMessage | undefined;
  /** A function where they are dear to find: they are asked for only if there is no delivery id. */
  readonly dedupeFields: DedupeFields | (() => DedupeFields);
  readonly payload: Buffer;
}

function toControl({ kind, reason }: ControlMessage): ControlMessage {
  const text = toAttribute(reason);
  return text === undefined ? { kind } : { kind, reason: text };
}

type DedupeFields = readonly (string | undefined)[];

/**
 * The one place where a provider's text becomes attributes, which end up in headers, subjects and logs: it takes out
 * what could break those, and leaves out what is empty.
 */
export function createEvent(description: EventDescription): NormalizedEvent {
  const { provider, payload, dedupeFields } = description;
  const type = toEventType(provider, description.type);
  const source = toSource(provider, description.source ?? []);
  const event: { -readonly [Key in keyof NormalizedEvent]: NormalizedEvent[Key] } =
    typeof dedupeFields === 'function'
      ? new LazyEvent(type, source, payload, dedupeFields)
      : { type, source, dedupeFields: present(dedupeFields), payload };
  const subject = toAttribute(description.subject);
  if (subject !== undefined) event.subject = subject;
  const action = toAttribute(description.action);
  if (action !== undefined) event.action = action;
  const repository = toAttribute(description.repository);
  if (repository !== undefined) event.repository = repository;
  const deliveryId = toDeliveryId(description.deliveryId);
  if (deliveryId !== undefined) event.deliveryId = deliveryId;
  if (description.control !== undefined) event.control = toControl(description.control);
  if (description.timeMs !== undefined) event.timeMs = description.timeMs;
  return event;
}

/** A class, because an object literal with a getter takes ten times as long to make. A copy by spreading lacks the fields. */
class LazyEvent implements NormalizedEvent {
  readonly type: string;
  readonly source: string;
  readonly payload: Buffer;
  readonly #findFields: () => DedupeFields;

  constructor(type: string, source: string, payload: Buffer, findFields: () => DedupeFields) {
    this.type = type;
    this.source = source;
    this.payload = payload;
    this.#findFields = findFields;
  }

  get dedupeFields(): readonly string[] {
    return present(this.#findFields());
  }
}

function present(fields: DedupeFields): string[] {
  return fields.filter((field) => field !== undefined);
}

/**
 * A provider's names as one type. Where providers use other separators than the dot (`orders/create`, `repo:push`,
 * `account[requirements].updated`), those end a token too; any other character outside `[A-Za-z0-9_-]` becomes `_`. A
 * provider that begins its names with its own (`jira:issue_created`) is not named twice.
 */
export function toEventType(provider: string, parts: readonly (string | undefined)[]): string {
  const tokens: string[] = [];
  for (const part of parts) {
    for (const token of (part ?? '').split(/[.:/[\]]+/)) {
      if (token !== '') tokens.push(token.replace(/[^A-Za-z0-9_-]/g, '_'));
    }
  }
  if (tokens.length === 0) return `${provider}.unknown`;
  if (tokens.length > 1 && tokens[0]?.toLowerCase() === provider) tokens.shift();
  const type = `${provider}.${tokens.join('.')}`;
  return type.length <= MAX_TYPE_LENGTH ? type : type.slice(0, MAX_TYPE_LENGTH).replace(/\.$/, '');
}

function toSource(provider: string, segments: readonly (string | undefined)[]): string {
  let source = `/${provider}`;
  for (const segment of segments) {
    if (segment === undefined || segment === '' || source.length > MAX_SOURCE_LENGTH) break;
    // Without toWellFormed half a surrogate pair, which JSON can spell, would make encodeURIComponent throw.
    source += `/${encodeURIComponent(segment.slice(0, MAX_ATTRIBUTE_LENGTH).toWellFormed())}`;
  }
  return source;
}

function toAttribute(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must go.
  const clean = text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ').trim();
  if (clean === '') return undefined;
  return clean.slice(0, MAX_ATTRIBUTE_LENGTH).toWellFormed();
}

/** An id that is too long or not plain is replaced by its hash: shortening it could make two ids one. */
function toDeliveryId(id: string | undefined): string | undefined {
  if (id === undefined || id === '') return undefined;
  if (id.length <= MAX_DELIVERY_ID_LENGTH && /^[\x21-\x7e]+$/.test(id)) return id;
  return `sha256:${createHash('sha256').update(id).digest('hex')}`;
}
