import { createEvent, type EventDescription } from '../create-event.ts';
import { eventTypes } from '../event-types/event-types.ts';
import { parseForm } from '../form/parse-form.ts';
import { headerOf, type InboundRequest, isForm } from '../inbound-request.ts';
import { readBatch } from '../interpret-batch.ts';
import { isJsonObject } from '../json/json-access.ts';
import { parsePointer, pointedValue } from '../json/json-pointer.ts';
import { parseJson } from '../json/parse-json.ts';
import type { Interpretation, Provider, SourceOption, VerificationScheme } from '../provider.ts';
import { type Rejection, reject } from '../rejection.ts';
import { addressScheme } from '../schemes/addresses.ts';
import { compileHmacScheme, type HmacScheme } from '../schemes/hmac.ts';
import { SchemeDefinitionError } from '../schemes/scheme-definition.ts';
import { compileTokenScheme } from '../schemes/token.ts';
import { toTimeMsOf } from '../times.ts';
import { answerAfterSignature, answerBeforeSignature } from './answer-handshake.ts';
import type { EventPlace, PresetDefinition, TypePart } from './preset-definition.ts';

const DEFAULT_DEADLINE_MS = 10_000;
const ONLY_A_SECRET = 'Nothing is signed: whoever learns the secret can send any event.';
const SECRET_IN_EVENT =
  'Nothing is signed, and the secret is a part of every event: whoever gets one can send others.';
const ONLY_AN_ADDRESS = 'Nothing is signed: whoever can send from an allowed address can send any event.';

/** Makes a provider of data. @throws {SchemeDefinitionError} */
export function definePreset(preset: PresetDefinition): Provider {
  const { id, name, scheme, handshakes = [], answer = {}, answerWithinMs } = preset;
  checkBatch(preset);
  const { verify, checkSecret } = compile(preset);
  const options = { ...optionsOf(scheme, name), ...preset.options };
  const { status = 200, body } = answer;
  const caution = preset.caution ?? cautionOf(scheme);
  return {
    id,
    name,
    ...(preset.aliases && { aliases: preset.aliases }),
    evidence: preset.evidence,
    setup: preset.setup,
    ...(preset.documentation && { documentation: preset.documentation }),
    ...(caution !== undefined && { caution }),
    ...(Object.keys(options).length > 0 && { options }),
    ...('allowedAddressesOnly' in scheme && { secret: 'none' }),
    verify,
    checkSecret,
    ...(handshakes.length > 0 && {
      handshake: (request, config) => answerBeforeSignature(preset, verify, request, config),
    }),
    interpret: (request, context) =>
      answerAfterSignature(preset, request, context) ?? interpretPreset(preset, request),
    answer: {
      status,
      headers: body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' },
      body: body ?? '',
      deadlineMs: answerWithinMs ?? DEFAULT_DEADLINE_MS,
    },
    environment: { secrets: [] },
    eventTypes: preset.eventTypes === undefined ? [] : eventTypes(id, preset.eventTypes),
    preset,
  };
}

/** One id for all the events of a request would make all but the first of them repeats. */
function checkBatch({ id, batch, deliveryId }: PresetDefinition): void {
  if (batch !== undefined && deliveryId !== undefined && !('json' in deliveryId)) {
    throw new SchemeDefinitionError(`${id}: the delivery id of a batch's events must stand in each of them.`);
  }
}

function compile(preset: PresetDefinition): VerificationScheme {
  const { scheme } = preset;
  if ('token' in scheme) return compileTokenScheme(scheme);
  if ('allowedAddressesOnly' in scheme) return addressScheme;
  return compileHmacScheme(closeOracles(scheme, preset));
}

function cautionOf(scheme: PresetDefinition['scheme']): string | undefined {
  if ('signature' in scheme) return undefined;
  if ('allowedAddressesOnly' in scheme) return ONLY_AN_ADDRESS;
  return 'json' in scheme.token ? SECRET_IN_EVENT : ONLY_A_SECRET;
}

/** What a handshake signs for anyone who asks must verify nothing. */
function closeOracles(scheme: HmacScheme, { handshakes = [] }: PresetDefinition): HmacScheme {
  const signs = handshakes.find((handshake) => handshake.signs !== undefined)?.signs;
  return signs === undefined ? scheme : { ...scheme, refusedMessage: signs };
}

function optionsOf(scheme: PresetDefinition['scheme'], name: string): Record<string, SourceOption> {
  const message = 'signature' in scheme ? [scheme.message ?? ''].flat().join('') : '';
  if (!/\{(?:url|decodedUrl|path)\}/.test(message)) return {};
  return {
    url: {
      description: `${name} signs the address that it calls. Set it, as it was entered there, if a proxy in between changes it.`,
      required: false,
      check: (value) => (URL.canParse(value) ? undefined : 'It is not an address.'),
    },
  };
}

function interpretPreset(preset: PresetDefinition, request: InboundRequest): Interpretation {
  const body = readBody(preset, request);
  if ('ok' in body) return body;
  if (preset.batch !== undefined) {
    return readBatch(body.payload, preset.batch, (item, envelope) =>
      describeEvent(preset, request, { ...body, value: item, envelope }),
    );
  }
  const parsed = parseJson(body.payload);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  const description = describeEvent(preset, request, { ...body, value, envelope: value });
  return { ok: true, events: [createEvent({ ...description, payload: body.payload })] };
}

function describeEvent(
  preset: PresetDefinition,
  request: InboundRequest,
  event: EventValues,
): Omit<EventDescription, 'payload'> {
  const read = (place: EventPlace) => textOf(valueAt(place, request, event));
  const type = (preset.type ?? []).map((part) => readTypePart(part, event, read));
  const deliveryId = preset.deliveryId && read(preset.deliveryId);
  const { time, alike } = preset;
  return {
    provider: preset.id,
    type,
    source: preset.source?.map(read) ?? [],
    subject: preset.subject && read(preset.subject),
    timeMs: time && toTimeMsOf(time.unit, valueAt(time, request, event)),
    deliveryId,
    dedupeFields: [
      ...type,
      deliveryId,
      // What stands around an item is no part of its bytes.
      time && 'around' in time ? read(time) : undefined,
      alike && String(request.receivedAtMs),
    ],
  };
}

interface Body {
  /** JSON, not parsed yet. */
  readonly payload: Buffer;
  readonly fields: ReadonlyMap<string, string> | undefined;
}

interface EventValues extends Body {
  /** The item of a batch, or all of the body. */
  readonly value: unknown;
  readonly envelope: unknown;
}

function readBody({ formPayload }: PresetDefinition, request: InboundRequest): Body | Rejection {
  if (!isForm(request)) return { payload: request.rawBody, fields: undefined };
  const form = parseForm(request.rawBody);
  if (!form.ok) return form;
  const { fields } = form;
  const text =
    formPayload === undefined ? JSON.stringify(Object.fromEntries(fields)) : fields.get(formPayload);
  return text === undefined
    ? reject('missing_form_payload', `The body is a form without the field "${formPayload}".`)
    : { payload: Buffer.from(text, 'utf8'), fields };
}

function readTypePart(
  part: TypePart,
  { value }: EventValues,
  read: (place: EventPlace) => string | undefined,
): string | undefined {
  if (!('firstMemberExcept' in part)) return read(part);
  const names = isJsonObject(value) ? Object.keys(value) : [];
  return names.find((name) => !part.firstMemberExcept.includes(name));
}

function valueAt(
  place: EventPlace,
  request: InboundRequest,
  { value, envelope, fields }: EventValues,
): unknown {
  if ('header' in place) return headerOf(request, place.header);
  if ('query' in place) return request.query.get(place.query) ?? undefined;
  if ('form' in place) return fields?.get(place.form);
  return 'around' in place
    ? pointedValue(envelope, parsePointer(place.around))
    : pointedValue(value, parsePointer(place.json));
}

/** Text as it is, a whole number or a boolean as text; undefined for anything else. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : undefined;
}
