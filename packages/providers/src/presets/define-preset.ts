import { createEvent } from '../create-event.ts';
import { parseForm } from '../form/parse-form.ts';
import { headerOf, type InboundRequest, isForm } from '../inbound-request.ts';
import { isJsonObject } from '../json/json-access.ts';
import { parsePointer, pointedValue } from '../json/json-pointer.ts';
import { parseJson } from '../json/parse-json.ts';
import type { Interpretation, Provider, SourceOption, VerificationScheme } from '../provider.ts';
import { type Rejection, reject } from '../rejection.ts';
import { addressScheme } from '../schemes/addresses.ts';
import { compileHmacScheme, type HmacScheme } from '../schemes/hmac.ts';
import type { Place } from '../schemes/place.ts';
import { compileTokenScheme } from '../schemes/token.ts';
import { answerAfterSignature, answerBeforeSignature } from './answer-handshake.ts';
import type { PresetDefinition, TypePart } from './preset-definition.ts';

const DEFAULT_DEADLINE_MS = 10_000;
const ONLY_A_SECRET = 'Nothing is signed: whoever learns the secret can send any event.';
const SECRET_IN_EVENT =
  'Nothing is signed, and the secret is a part of every event: whoever gets one can send others.';
const ONLY_AN_ADDRESS = 'Nothing is signed: whoever can send from an allowed address can send any event.';

/** Makes a provider of data. @throws {SchemeDefinitionError} */
export function definePreset(preset: PresetDefinition): Provider {
  const { id, name, scheme, handshakes = [], answer = {}, answerWithinMs } = preset;
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
    eventTypes: [],
    preset,
  };
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
  const read = (place: Place) => textOf(place, request, body);
  const type = (preset.type ?? []).map((part) => readTypePart(part, body, read));
  const deliveryId = preset.deliveryId && read(preset.deliveryId);
  const event = createEvent({
    provider: preset.id,
    type,
    source: preset.source?.map(read) ?? [],
    subject: preset.subject && read(preset.subject),
    deliveryId,
    dedupeFields: [...type, deliveryId],
    payload: body.payload,
  });
  return { ok: true, events: [event] };
}

interface Body {
  readonly payload: Buffer;
  readonly value: unknown;
  readonly fields: ReadonlyMap<string, string> | undefined;
}

function readBody({ formPayload }: PresetDefinition, request: InboundRequest): Body | Rejection {
  let payload = request.rawBody;
  let fields: ReadonlyMap<string, string> | undefined;
  if (isForm(request)) {
    const form = parseForm(request.rawBody);
    if (!form.ok) return form;
    fields = form.fields;
    const text =
      formPayload === undefined ? JSON.stringify(Object.fromEntries(fields)) : fields.get(formPayload);
    if (text === undefined) {
      return reject('missing_form_payload', `The body is a form without the field "${formPayload}".`);
    }
    payload = Buffer.from(text, 'utf8');
  }
  const parsed = parseJson(payload);
  return parsed.ok ? { payload, value: parsed.value, fields } : parsed;
}

function readTypePart(
  part: TypePart,
  { value }: Body,
  read: (place: Place) => string | undefined,
): string | undefined {
  if (!('firstMemberExcept' in part)) return read(part);
  const names = isJsonObject(value) ? Object.keys(value) : [];
  return names.find((name) => !part.firstMemberExcept.includes(name));
}

/** Text as it is, a whole number or a boolean as text; undefined for anything else. */
function textOf(place: Place, request: InboundRequest, { value, fields }: Body): string | undefined {
  if ('header' in place) return headerOf(request, place.header);
  if ('query' in place) return request.query.get(place.query) ?? undefined;
  if ('form' in place) return fields?.get(place.form);
  const found = pointedValue(value, parsePointer(place.json));
  if (typeof found === 'string') return found;
  return typeof found === 'boolean' || Number.isSafeInteger(found) ? String(found) : undefined;
}
