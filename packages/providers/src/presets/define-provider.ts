import { createHash } from 'node:crypto';
import { beginsArray, parsePointer, pointedValue } from '@hookline/json';
import { createEvent, type EventDescription } from '../events/create-event.ts';
import { eventTypes } from '../events/event-types.ts';
import { readBatch } from '../events/interpret-batch.ts';
import { toTimeMsOf } from '../events/times.ts';
import { describeIdentity, type IdPart, type IdParts, partsOf } from '../provider/event-identity.ts';
import type { EventPlace, SourcePart } from '../provider/event-place.ts';
import type { HttpAnswer } from '../provider/http-answer.ts';
import type { Interpretation, InterpretationContext } from '../provider/interpretation.ts';
import type { ControlMessage } from '../provider/normalized-event.ts';
import type { Provider } from '../provider/provider.ts';
import type { Rejection } from '../rejection.ts';
import { type FormFields, firstTextOf, formToJson } from '../request/form/form-fields.ts';
import { formPayload, isForm, isRejection, readForm } from '../request/form/read-form.ts';
import { elementOf } from '../request/form/xml-element.ts';
import { headerOf, type InboundRequest } from '../request/inbound-request.ts';
import { isJsonObject } from '../request/json/json-access.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { textAsJson } from '../request/json/text-as-json.ts';
import { SchemeDefinitionError } from '../schemes/scheme-definition.ts';
import { answerAfterSignature, answerBeforeSignature, type HandshakeKeys } from './answer-handshake.ts';
import { compileAnswer } from './fill-answer.ts';
import type { ProviderFacts, TypePart } from './preset-definition.ts';

const DEFAULT_DEADLINE_MS = 10_000;
const JSON_TYPE = 'application/json; charset=utf-8';

/** The part of a provider that needs code. */
export interface ProviderCode
  extends Pick<Provider, 'verify' | 'checkSecret'>,
    Partial<Pick<Provider, 'secret' | 'handshake'>> {
  /** Returns the event as JSON if it is a part of the body. Called after verification; never throws. */
  readPayload?(request: InboundRequest, context: InterpretationContext): Buffer | Rejection;
  /** Returns the answer if it depends on the request. Called after verification; never throws. */
  answerTo?(request: InboundRequest, context: InterpretationContext): HttpAnswer;
  /** For signed handshakes. */
  readonly handshakeKeys?: HandshakeKeys;
}

/** Builds a provider from its facts and from code that verifies. @throws {SchemeDefinitionError} */
export function defineProvider(facts: ProviderFacts, code: ProviderCode): Provider {
  const { id, name, handshakes = [], answer = {}, answerWithinMs, options = {} } = facts;
  checkBatch(facts);
  checkPlaces(facts);
  checkControl(facts);
  const { status = 200, body, contentType = JSON_TYPE } = answer;
  const fillAnswer = body === undefined ? undefined : compileAnswer({ status, body, contentType });
  const { verify, checkSecret, handshakeKeys } = code;
  return {
    id,
    name,
    ...(facts.aliases && { aliases: facts.aliases }),
    evidence: facts.evidence,
    identity: describeIdentity(facts.identity),
    setup: facts.setup,
    ...(facts.documentation && { documentation: facts.documentation }),
    ...(facts.caution !== undefined && { caution: facts.caution }),
    ...(Object.keys(options).length > 0 && { options }),
    ...(facts.methods && { methods: facts.methods }),
    ...(facts.retryHeaders && { retryHeaders: facts.retryHeaders }),
    ...(code.secret && { secret: code.secret }),
    verify,
    checkSecret,
    ...(handshakes.length > 0 && {
      handshake: (request, config) => answerBeforeSignature(facts, handshakeKeys, request, config),
    }),
    ...(code.handshake && { handshake: code.handshake }),
    interpret(request, context = {}) {
      const answered = answerAfterSignature(facts, handshakeKeys, request, context);
      if (answered !== undefined) return answered;
      const interpretation = interpretFacts(facts, code, request, context);
      if (!interpretation.ok || !('events' in interpretation)) return interpretation;
      const answer = code.answerTo?.(request, context) ?? fillAnswer?.(request);
      return answer === undefined ? interpretation : { ...interpretation, answer };
    },
    answer: {
      status,
      headers: body === undefined ? {} : { 'content-type': contentType },
      body: body ?? '',
      deadlineMs: answerWithinMs ?? DEFAULT_DEADLINE_MS,
    },
    ...alwaysSends(facts),
    ...(facts.cloudEvents && { cloudEvents: facts.cloudEvents }),
    ...(facts.harmfulStatuses && { harmfulStatuses: facts.harmfulStatuses }),
    environment: { secrets: [] },
    eventTypes: facts.eventTypes === undefined ? [] : eventTypes(id, facts.eventTypes),
  };
}

/** A provider that names the type in the body never sends an empty body. */
function alwaysSends({ alwaysSends: members, type, batch, mayBeText }: ProviderFacts) {
  if (members !== undefined) return { alwaysSends: members };
  if (batch !== undefined || mayBeText) return {};
  const [first, ...others] = (type ?? []).flatMap((part) => ('json' in part ? [part.json.slice(1)] : []));
  return first === undefined ? {} : { alwaysSends: [first, ...others] as const };
}

/** With one id for all events of a request, all events but the first would count as repeats. */
function checkBatch({ id, batch, batchOptional, identity }: ProviderFacts): void {
  if (batchOptional && (batch === undefined || batch === '')) {
    throw new SchemeDefinitionError(`${id}: batchOptional needs a batch that is a member of the body.`);
  }
  if (batch === undefined || identity.id === 'none') return;
  for (const parts of [identity.id, identity.otherwise]) {
    if (parts !== undefined && !partsOf(parts).some(standsInItem)) {
      throw new SchemeDefinitionError(`${id}: the id of an event in a batch must be in the item.`);
    }
  }
}

function standsInItem(part: IdPart): boolean {
  return 'firstOf' in part ? part.firstOf.every(standsInItem) : 'json' in part || 'hash' in part;
}

/** An empty list of places would silently never match. */
function checkPlaces({ id, subject, time, type = [], source = [] }: ProviderFacts): void {
  const parts = [...type, ...source].map((part) => ('firstOf' in part ? part.firstOf : undefined));
  const lists = [subject, time, ...parts];
  if (lists.some((list) => Array.isArray(list) && list.length === 0)) {
    throw new SchemeDefinitionError(`${id}: a list of places must not be empty.`);
  }
}

/** A control message whose rule is hidden would count as an ordinary event. */
function checkControl({ id, control = [] }: ProviderFacts): void {
  for (const [index, { when }] of control.entries()) {
    const isHidden = control
      .slice(0, index)
      .some((before) => before.when.equals === undefined && isSamePlace(before.when, when));
    if (isHidden) throw new SchemeDefinitionError(`${id}: an earlier control message hides a later one.`);
  }
}

function isSamePlace(one: object, other: object): boolean {
  const { equals: _one, ...place } = one as { equals?: unknown };
  const { equals: _other, ...otherPlace } = other as { equals?: unknown };
  return JSON.stringify(place) === JSON.stringify(otherPlace);
}

function interpretFacts(
  facts: ProviderFacts,
  code: ProviderCode,
  request: InboundRequest,
  context: InterpretationContext,
): Interpretation {
  const body = code.readPayload ? toBody(code.readPayload(request, context)) : readBody(facts, request);
  if ('ok' in body) return body;
  if (facts.batch !== undefined) {
    return readBatch(
      body.payload,
      facts.batchMayBeBody && beginsArray(body.payload) ? '' : facts.batch,
      (item, envelope, bytes, group) =>
        describeEvent(facts, request, { ...body, payload: bytes, value: item, envelope, group }),
      facts.batchOptional,
    );
  }
  const parsed = parseJson(body.payload);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  const description = describeEvent(facts, request, { ...body, value, envelope: value, group: 0 });
  return { ok: true, events: [createEvent({ ...description, payload: body.payload })] };
}

function toBody(payload: Buffer | Rejection): Body | Rejection {
  return Buffer.isBuffer(payload) ? { payload, fields: undefined } : payload;
}

function describeEvent(
  facts: ProviderFacts,
  request: InboundRequest,
  event: EventValues,
): Omit<EventDescription, 'payload'> {
  const read = (place: EventPlace) => textOf(valueAt(place, request, event));
  const control = readControl(facts.control, read);
  const type = control?.type ?? (facts.type ?? []).map((part) => readTypePart(part, event, read));
  const deliveryId = control?.sharesId ? undefined : readId(facts, event, read);
  const times = [facts.time ?? []].flat();
  return {
    provider: facts.id,
    type,
    source: facts.source?.map((part) => readSourcePart(part, read)) ?? [],
    subject: firstOf([facts.subject ?? []].flat(), read),
    timeMs: firstOf(times, (time) => toTimeMsOf(time.unit, valueAt(time, request, event))),
    deliveryId,
    control: control?.message,
    dedupeFields: [
      ...type,
      deliveryId,
      // Values around an item are not part of its bytes.
      ...times.map((time) => ('around' in time ? read(time) : undefined)),
    ],
  };
}

/** The value at the first place that has one. */
function firstOf<P, T extends string | number>(
  places: readonly P[],
  read: (place: P) => T | undefined,
): T | undefined {
  for (const place of places) {
    const value = read(place);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

function readSourcePart(
  part: SourcePart,
  read: (place: EventPlace) => string | undefined,
): string | undefined {
  return 'firstOf' in part ? firstOf(part.firstOf, read) : read(part);
}

/** The control message; undefined for an ordinary event. */
function readControl(
  messages: ProviderFacts['control'],
  read: (place: EventPlace) => string | undefined,
):
  | { readonly type: readonly string[]; readonly message: ControlMessage; readonly sharesId?: true }
  | undefined {
  for (const { when, kind, type = `subscription.${kind}`, reason: place, sharesId } of messages ?? []) {
    const said = read(when);
    if (said === undefined || !(when.equals === undefined || [when.equals].flat().includes(said))) continue;
    const reason = place && read(place);
    const message = reason === undefined ? { kind } : { kind, reason };
    return { type: [type], message, ...(sharesId && { sharesId }) };
  }
  return undefined;
}

/** The parts of the event's id, separated by colons. Undefined if a part is missing. */
function readId(
  { identity }: ProviderFacts,
  { payload }: Body,
  read: (place: EventPlace) => string | undefined,
): string | undefined {
  if (identity.id === 'none') return undefined;
  const readPart = (part: IdPart) =>
    'hash' in part ? createHash('sha256').update(payload).digest('hex') : readSourcePart(part, read);
  const readAll = (parts: IdParts) => {
    const texts = partsOf(parts).map(readPart);
    return texts.every((text) => text !== undefined && text !== '') ? texts : undefined;
  };
  const texts = readAll(identity.id) ?? (identity.otherwise && readAll(identity.otherwise));
  if (texts === undefined) return undefined;
  // A missing part becomes an empty text, so that the positions of the other parts stay unambiguous.
  const more = identity.ifPresent?.map((place) => read(place) ?? '') ?? [];
  return [...texts, ...more].join(':');
}

interface Body {
  /** Unparsed JSON; for an item of a batch, the item's bytes. */
  readonly payload: Buffer;
  readonly fields: FormFields | undefined;
}

interface EventValues extends Body {
  /** The item of a batch, or the whole body. */
  readonly value: unknown;
  readonly envelope: unknown;
  /** The number of the item's group. */
  readonly group: number;
}

function readBody(
  { formPayload: field, mayBeText }: ProviderFacts,
  request: InboundRequest,
): Body | Rejection {
  if (!isForm(request)) {
    const payload = mayBeText ? textAsJson(request) : request.rawBody;
    return isRejection(payload) ? payload : { payload, fields: undefined };
  }
  const fields = readForm(request);
  if (isRejection(fields)) return fields;
  const payload = field === undefined ? formToJson(fields) : formPayload(fields, field);
  return isRejection(payload) ? payload : { payload, fields };
}

function readTypePart(
  part: TypePart,
  { value }: EventValues,
  read: (place: EventPlace) => string | undefined,
): string | undefined {
  if ('text' in part) return part.text;
  if ('wordsOf' in part) return wordsOf(read(part.wordsOf));
  if (!('firstMemberExcept' in part)) {
    const found = readSourcePart(part, read);
    return found === undefined || found === '' ? part.otherwise : nameOf(found, part.named);
  }
  const unless = part.unless && read(part.unless);
  if (unless !== undefined && unless !== '') return unless;
  const names = isJsonObject(value) ? Object.keys(value) : [];
  const found = names.find((name) => !part.firstMemberExcept.includes(name));
  return found === undefined ? undefined : nameOf(found, part.named);
}

function nameOf(found: string, named: Readonly<Record<string, string>> = {}): string | undefined {
  return Object.hasOwn(named, found) ? named[found] : found;
}

function wordsOf(path: string | undefined): string | undefined {
  const [before = ''] = path?.split('?', 1) ?? [];
  const words = before.split('/').filter((word) => word !== '' && !/[\d~]/.test(word));
  return words.length === 0 ? undefined : words.join('/');
}

const parsedPointers = new WeakMap<object, readonly string[]>();

/** The parsed pointer of each place of a definition: a batch needs the same places for each item. */
function segmentsOf(place: { readonly json: string }): readonly string[] {
  const known = parsedPointers.get(place);
  if (known !== undefined) return known;
  const segments = parsePointer(place.json);
  parsedPointers.set(place, segments);
  return segments;
}

function valueAt(
  place: EventPlace,
  request: InboundRequest,
  { value, envelope, fields, group }: EventValues,
): unknown {
  if ('element' in place) return fields && elementOf(firstTextOf(fields, place.form) ?? '', place.element);
  if ('header' in place) return headerOf(request, place.header);
  if ('query' in place) return request.query.get(place.query) ?? undefined;
  if ('form' in place) return fields && firstTextOf(fields, place.form);
  return 'around' in place
    ? pointedValue(envelope, parsePointer(place.around.replace('*', String(group))))
    : pointedValue(value, segmentsOf(place));
}

/** A text unchanged, a whole number or a boolean as text; undefined for anything else. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : undefined;
}
