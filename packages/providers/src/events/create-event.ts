import { createHash } from 'node:crypto';
import type { ControlMessage, NormalizedEvent } from '../provider/normalized-event.ts';

const MAX_TYPE_LENGTH = 200;
const MAX_ATTRIBUTE_LENGTH = 500;
/** The dedupe key is the id of the source followed by the delivery id. */
const MAX_DELIVERY_ID_LENGTH = 160;
/** Segments beyond this length are omitted: the attributes of an event must fit into 64 KB of headers. */
const MAX_SOURCE_LENGTH = 4_000;

/** The values of an event, as the provider sent them; undefined for missing values. */
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
  /** A function if the fields are expensive to compute: it is called only if there is no delivery id. */
  readonly dedupeFields: DedupeFields | (() => DedupeFields);
  readonly payload: Buffer;
}

function toControl({ kind, reason }: ControlMessage): ControlMessage {
  const text = toAttribute(reason);
  return text === undefined ? { kind } : { kind, reason: text };
}

type DedupeFields = readonly (string | undefined)[];

/**
 * The only place where a provider's texts become attributes, which are used in headers, subjects and logs. It removes
 * unsafe characters and omits empty values.
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

/**
 * A class, because creating an object literal with a getter takes ten times as long. A spread copy lacks
 * `dedupeFields`.
 */
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
 * Joins a provider's names to one type. Other separators than the dot (`orders/create`, `repo:push`,
 * `account[requirements].updated`) end a token too; any other character outside `[A-Za-z0-9_-]` becomes `_`. If a name
 * begins with the provider (`jira:issue_created`), the provider is not repeated.
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
    // JSON can contain half a surrogate pair. Without toWellFormed, encodeURIComponent would throw for it.
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

/** An id that is too long or not printable ASCII is replaced by its hash: shortened ids could collide. */
function toDeliveryId(id: string | undefined): string | undefined {
  if (id === undefined || id === '') return undefined;
  if (id.length <= MAX_DELIVERY_ID_LENGTH && /^[\x21-\x7e]+$/.test(id)) return id;
  return `sha256:${createHash('sha256').update(id).digest('hex')}`;
}
