import { parsePointer, pointedValue } from '@hookline/json';
import { echoAnswer, type HttpAnswer } from '../provider/http-answer.ts';
import type {
  HandshakeConfig,
  HandshakeResult,
  Interpretation,
  InterpretationContext,
} from '../provider/interpretation.ts';
import type { VerificationScheme } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import { textsOf } from '../request/form/form-fields.ts';
import { isForm, isRejection, readForm } from '../request/form/read-form.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { parseJson } from '../request/json/parse-json.ts';
import type { Place } from '../schemes/place.ts';
import { equalInConstantTime } from '../schemes/token.ts';
import type { PresetHandshake, ProviderFacts } from './preset-definition.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
/** A returned text has a maximum length and no control characters. */
const ECHOED = /^[^\p{Cc}\u2028\u2029]{1,512}$/u;
/** A text of this form may also be in a header. */
const ECHOED_IN_HEADER = /^[\x21-\x7e]{1,512}$/;
/** Unsigned handshakes are short: a longer body is not parsed. */
const MAX_QUESTION_BYTES = 4096;

/** The functions for signed handshakes, and for answers that are signatures. */
export interface HandshakeKeys {
  readonly verify: VerificationScheme['verify'];
  /** Undefined if the secret is unusable. */
  sign(secret: string, text: string): Buffer | undefined;
}

/** Answers unsigned handshakes, and signed handshakes by GET. */
export function answerBeforeSignature(
  facts: ProviderFacts,
  keys: HandshakeKeys | undefined,
  request: InboundRequest,
  config: HandshakeConfig,
): HandshakeResult | undefined {
  for (const handshake of facts.handshakes ?? []) {
    const isSignedPost = handshake.requires === 'signature' && handshake.method === 'POST';
    if (isSignedPost || handshake.method !== request.method) continue;
    if (handshake.emptyBody && request.rawBody.length > 0) continue;
    const read = valuesOf(request, MAX_QUESTION_BYTES);
    const token = recognise(handshake, read);
    if (token === undefined) continue;
    const { secrets = [], options = {} } = config;
    const refused = checkRequirement(handshake, read, config, () =>
      keys?.verify({ request, secrets, options }),
    );
    return refused ?? answer(facts, keys, handshake, token, secrets, options);
  }
  return undefined;
}

/** Answers handshakes by POST that are signed like an event. */
export function answerAfterSignature(
  facts: ProviderFacts,
  keys: HandshakeKeys | undefined,
  request: InboundRequest,
  { secret = '', options = {} }: InterpretationContext = {},
): Interpretation | undefined {
  for (const handshake of facts.handshakes ?? []) {
    if (handshake.requires !== 'signature' || handshake.method !== 'POST') continue;
    const token = recognise(handshake, valuesOf(request, Number.POSITIVE_INFINITY));
    if (token !== undefined) return answer(facts, keys, handshake, token, [secret], options);
  }
  return undefined;
}

type Read = (place: Place) => string | undefined;

/** The token, empty if the answer needs none; undefined if the request is not this handshake. */
function recognise({ when, token }: PresetHandshake, read: Read): string | undefined {
  if (when !== undefined) {
    const value = read(when);
    if (value === undefined || (when.equals !== undefined && when.equals !== value)) return undefined;
  }
  return token === undefined ? '' : read(token);
}

function checkRequirement(
  { requires }: PresetHandshake,
  read: Read,
  config: HandshakeConfig,
  verify: () => ReturnType<VerificationScheme['verify']> | undefined,
): Rejection | undefined {
  if (requires === undefined) return undefined;
  if (requires === 'signature') {
    const verification = verify() ?? noSecret();
    return verification.ok ? undefined : verification;
  }
  const verifyTokens = config.verifyTokens.filter((verifyToken) => verifyToken !== '');
  if (verifyTokens.length === 0) {
    return reject(
      'no_verify_token',
      'No verify token is configured, so Hookline cannot answer the handshake.',
    );
  }
  const given = Buffer.from(read(requires.verifyToken) ?? '');
  let matches = false;
  for (const verifyToken of verifyTokens) {
    matches = equalInConstantTime(Buffer.from(verifyToken), given) || matches;
  }
  return matches
    ? undefined
    : reject('invalid_verify_token', 'The verify token differs from the configured one.');
}

function answer(
  { id, name }: ProviderFacts,
  keys: HandshakeKeys | undefined,
  { reply, signs, token: place }: PresetHandshake,
  token: string,
  secrets: readonly string[],
  options: HandshakeConfig['options'],
): { readonly ok: true; readonly answer: HttpAnswer; readonly reason: string } | Rejection {
  const form = signs ?? (reply !== undefined && 'header' in reply ? ECHOED_IN_HEADER : ECHOED);
  if (place !== undefined && !form.test(token)) {
    return reject('malformed_handshake', `The challenge of ${name} has an unexpected form.`);
  }
  const values: Record<string, string> = { token };
  if (needsSignature(reply)) {
    const [signature] = secrets.flatMap((secret) => keys?.sign(secret, token) ?? []);
    if (signature === undefined) return noSecret();
    values['hex'] = signature.toString('hex');
    values['base64'] = signature.toString('base64');
  }
  for (const [option, value] of Object.entries(options ?? {})) values[`option:${option}`] = value;
  const fill = (text: string) =>
    text.replace(/\{([^{}]+)\}/g, (_placeholder, key: string) =>
      Object.hasOwn(values, key) ? (values[key] ?? '') : '',
    );
  return { ok: true, answer: toAnswer(reply, fill), reason: `${id.replaceAll('-', '_')}_handshake` };
}

function noSecret(): Rejection {
  return reject('no_secret', 'No secret is configured, so Hookline cannot answer the handshake.');
}

function needsSignature(reply: PresetHandshake['reply']): boolean {
  return /\{(?:hex|base64)\}/.test(JSON.stringify(reply ?? {}));
}

function toAnswer(reply: PresetHandshake['reply'], fill: (text: string) => string): HttpAnswer {
  if (reply === undefined) return { status: 200, headers: {}, body: '' };
  if ('text' in reply) return echoAnswer(fill(reply.text));
  if ('header' in reply) {
    // RingCentral accepts no answer without a content type, not even an empty answer.
    const headers = { 'content-type': JSON_TYPE, [reply.header]: fill(reply.value) };
    return { status: 200, headers, body: '' };
  }
  const members = Object.entries(reply.json).map(([name, value]) => [name, fill(value)]);
  return {
    status: 200,
    headers: { 'content-type': JSON_TYPE, 'x-content-type-options': 'nosniff' },
    body: JSON.stringify(Object.fromEntries(members)),
  };
}

/** Single values of a request whose body has at most this many bytes. The values are not verified yet. */
function valuesOf(request: InboundRequest, maxBytes: number): Read {
  let value: unknown;
  let isParsed = false;
  return (place) => {
    if ('header' in place) return single(request.headers[place.header] ?? []);
    if ('query' in place) return single(request.query.getAll(place.query));
    if (request.rawBody.length > maxBytes) return undefined;
    if ('form' in place) {
      const fields = isForm(request) ? readForm(request) : undefined;
      return fields === undefined || isRejection(fields) ? undefined : single(textsOf(fields, place.form));
    }
    if (!isParsed) {
      const parsed = parseJson(request.rawBody);
      value = parsed.ok ? parsed.value : undefined;
      isParsed = true;
    }
    const found = pointedValue(value, parsePointer(place.json));
    return typeof found === 'string' ? found : undefined;
  };
}

function single(values: readonly string[]): string | undefined {
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}
