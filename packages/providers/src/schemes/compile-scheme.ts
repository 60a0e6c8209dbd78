import { requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult, VerificationScheme } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { isBodiless } from '../request/request-views.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { checkAge } from './check-age.ts';
import { signatureDecoder } from './decode-signature.ts';
import { fillMessage, type SignedMessage } from './fill-message.ts';
import { cacheBySecret } from './key-cache.ts';
import { coversQuery, type MessagePart, parseMessageTemplate } from './message-template.ts';
import { describePlace, headerDetail, type RequestValues, readValues } from './place.ts';
import { type SchemeDefinition, SchemeDefinitionError, type Selection } from './scheme-definition.ts';
import { TIMESTAMP_UNITS } from './timestamp-unit.ts';
import { readKeys, type UsableKey } from './usable-secrets.ts';

/** The part that differs between kinds of signatures. */
export interface Algorithm<Key> {
  /** The length of a signature in bytes. Undefined: the key determines it. Several: any of them. */
  readonly signatureBytes: number | readonly number[] | undefined;
  /** Decodes a secret; called once per secret. `problem` is for the person who entered it. */
  parseKey(secret: string): { readonly key: Key } | { readonly problem: string };
  /** Whether any candidate is the signature of the message. Tries all candidates and compares in constant time. */
  matches(key: Key, message: readonly Uint8Array[], candidates: readonly Buffer[]): boolean;
}

/** More than the active keys of any sender. It limits the work that an unverified request can cause. */
const MAX_CANDIDATES = 32;
const MAX_TIMESTAMPS = 4;
/** The maximum number of occurrences of a repeatable header. */
const MAX_HEADERS = 4;
/** A message that a handshake signs is shorter. */
const MAX_REFUSED_LENGTH = 1024;

interface SignedTimestamp {
  readonly text: string;
  /** NaN: no time. */
  readonly timeMs: number;
}
const NO_TIMESTAMP: readonly SignedTimestamp[] = [{ text: '', timeMs: Number.NaN }];

/**
 * Compiles a definition to a verifier. Every error in the definition is found here, at load.
 * @throws {SchemeDefinitionError}
 */
export function compileScheme<Key>(
  definition: SchemeDefinition,
  algorithm: Algorithm<Key>,
): VerificationScheme {
  const { signature, timestamp, message = '{body}', refusedMessage } = definition;
  const templates = (typeof message === 'string' ? [message] : message).map((text) =>
    parseMessageTemplate(text, definition),
  );
  checkTolerance(timestamp?.toleranceSeconds);
  const unit = TIMESTAMP_UNITS[timestamp?.unit ?? 's'];
  const decoders = [definition.encoding]
    .flat()
    .flatMap((encoding) =>
      [algorithm.signatureBytes].flat().map((byteLength) => signatureDecoder(encoding, byteLength)),
    );
  const selectSignatures = compileSelection(signature);
  const moreHeaders = signature.moreHeaders ?? [];
  const selectTimestamps = timestamp === undefined ? undefined : compileSelection(timestamp);
  const parseKey = cacheBySecret((secret: string) => algorithm.parseKey(secret));

  /** Decoded candidates, at least one. */
  function readSignatures(input: VerificationInput, values: RequestValues): Buffer[] | Rejection {
    const texts = readSignatureTexts(input, values);
    if (!Array.isArray(texts)) return texts;
    const candidates: Buffer[] = [];
    for (const text of texts) {
      const items = selectSignatures(text, input);
      if (!Array.isArray(items)) return items;
      for (const item of items) {
        for (const decoder of decoders) {
          const candidate = decoder.decode(item);
          if (candidate !== undefined) candidates.push(candidate);
        }
      }
    }
    if (candidates.length > 0 && candidates.length <= MAX_CANDIDATES) return candidates;
    const where = describePlace(signature);
    return reject(
      'malformed_signature',
      candidates.length === 0
        ? `${where} must contain a signature of the form ${describeForm(signature.prefix, decoders.map(({ form }) => form).join(' or '))}.`
        : `${where} must contain at most ${MAX_CANDIDATES} signatures.`,
      headerDetail(signature),
    );
  }

  function readSignatureTexts({ request }: VerificationInput, values: RequestValues): string[] | Rejection {
    const headers = moreHeaders.filter((header) => request.headers[header] !== undefined);
    const texts: string[] = [];
    const isFirstThere = !('header' in signature) || request.headers[signature.header] !== undefined;
    if (isFirstThere || headers.length === 0) {
      const repeated = repeatedTexts(request);
      const text = repeated ?? values.read(signature, 'missing_signature');
      if (typeof text !== 'string' && !Array.isArray(text)) return text;
      texts.push(...[text].flat());
    }
    for (const header of headers) {
      const text = readSingleHeader(request, header, 'missing_signature');
      if (typeof text !== 'string') return text;
      texts.push(text);
    }
    return texts;
  }

  /** Undefined: the header occurs once, or must not be repeated. */
  function repeatedTexts({ headers }: InboundRequest): string[] | undefined {
    if (!signature.mayRepeat || !('header' in signature)) return undefined;
    const texts = headers[signature.header] ?? [];
    return texts.length > 1 && texts.length <= MAX_HEADERS ? [...texts] : undefined;
  }

  function readTimestamps(
    input: VerificationInput,
    values: RequestValues,
  ): readonly SignedTimestamp[] | Rejection {
    if (timestamp === undefined || selectTimestamps === undefined) return NO_TIMESTAMP;
    const where = describePlace(timestamp);
    const value = values.read(timestamp, 'missing_timestamp');
    if (typeof value !== 'string') return value;
    const texts = selectTimestamps(value, input);
    if (!Array.isArray(texts)) return texts;
    if (texts.length === 0) {
      return reject('missing_timestamp', `${where} must contain a timestamp.`, headerDetail(timestamp));
    }
    const timestamps: SignedTimestamp[] = [];
    for (const text of texts) {
      const timeMs = unit.toMs(text);
      if (timeMs !== undefined) timestamps.push({ text, timeMs });
    }
    if (timestamps.length < texts.length || texts.length > (timestamp.several ? MAX_TIMESTAMPS : 1)) {
      return reject('malformed_timestamp', `${where} must contain ${unit.form}.`, headerDetail(timestamp));
    }
    return timestamps;
  }

  /** The index of the secret that signed this timestamp, -1 for none. */
  function findSigner(
    input: VerificationInput,
    values: RequestValues,
    text: string,
    keys: readonly UsableKey<Key>[],
    candidates: readonly Buffer[],
  ): number | Rejection {
    let matchedIndex = -1;
    let unfilled: Rejection | undefined;
    let isFilled = false;
    for (const template of templates) {
      if (hasUncoveredQuery(input.request, template)) continue;
      const message = fillMessage(template, input, values, text);
      if ('ok' in message) {
        unfilled ??= message;
        continue;
      }
      isFilled = true;
      if (isRefused(message)) continue;
      for (const { key, secret, secretIndex } of keys) {
        // No early exit: the duration must not reveal which key matched.
        const matches = algorithm.matches(key, message.with(secret), candidates);
        if (matches && matchedIndex === -1) matchedIndex = secretIndex;
      }
    }
    return isFilled || unfilled === undefined ? matchedIndex : unfilled;
  }

  /**
   * Whether a request without a body has unsigned data. A request without a query has no data, but without a signed
   * time its signature would be valid forever.
   */
  function hasUncoveredQuery(request: InboundRequest, template: readonly MessagePart[]): boolean {
    if (!isBodiless(request) || definition.bodyNotCovered || coversQuery(template)) return false;
    return request.query.size > 0 || definition.timestamp === undefined;
  }

  function isRefused(message: SignedMessage): boolean {
    if (refusedMessage === undefined) return false;
    const bytes = Buffer.concat(message.with(''));
    return bytes.length <= MAX_REFUSED_LENGTH && refusedMessage.test(bytes.toString('latin1'));
  }

  function verify(input: VerificationInput): VerificationResult {
    const { request, toleranceSeconds } = input;
    if (toleranceSeconds !== undefined && !isTolerance(toleranceSeconds)) {
      return reject('invalid_tolerance', 'toleranceSeconds must be null or a non-negative number.');
    }
    const keys = readKeys(input, parseKey, 'secret');
    if (!Array.isArray(keys)) return keys;
    const values = readValues(request);
    const candidates = readSignatures(input, values);
    if (!Array.isArray(candidates)) return candidates;
    const timestamps = readTimestamps(input, values);
    if ('ok' in timestamps) return timestamps;

    let matchedIndex = -1;
    let signed = timestamps[0] ?? NO_TIMESTAMP[0];
    for (const candidate of timestamps) {
      const index = findSigner(input, values, candidate.text, keys, candidates);
      if (typeof index !== 'number') return index;
      if (index === -1 || matchedIndex !== -1) continue;
      matchedIndex = index;
      signed = candidate;
    }
    if (timestamp !== undefined && timestamp.unit !== 'nonce' && signed !== undefined) {
      const tolerance = toleranceSeconds === undefined ? timestamp.toleranceSeconds : toleranceSeconds;
      const late =
        tolerance === null
          ? undefined
          : checkAge(request.receivedAtMs, signed.timeMs, tolerance, matchedIndex !== -1);
      if (late !== undefined) return late;
    }
    if (matchedIndex === -1) {
      return reject(
        'invalid_signature',
        templates.every((template) => hasUncoveredQuery(request, template))
          ? `The signature of a ${request.method} must cover the query, but the signed message does not contain the address.`
          : 'The signature does not match: it was made with another secret, or the body was changed in transit.',
        { secretsTried: keys.length },
      );
    }
    return { ok: true, secretIndex: matchedIndex };
  }

  return {
    verify,
    checkSecret(secret) {
      if (secret === '') return 'The secret is empty.';
      const parsed = parseKey(secret);
      return 'problem' in parsed ? parsed.problem : undefined;
    },
  };
}

/** For messages: `"sha256=" and 64 hexadecimal digits`. */
const describeForm = (prefix: string | undefined, form: string) =>
  prefix === undefined || prefix === '' ? form : `"${prefix}" and ${form}`;

/** The selected items of a text. Rejected only if the prefix names an option that is not set. */
function compileSelection(
  selection: Selection,
): (text: string, input: VerificationInput) => string[] | Rejection {
  const { separators, prefix = '', items } = selection;
  const where = describePlace(selection);
  if ('header' in selection && !/^[a-z0-9_.-]+$/.test(selection.header)) {
    throw new SchemeDefinitionError(`"${selection.header}" must be a header name in lower case.`);
  }
  if (separators === '') throw new SchemeDefinitionError(`${where}: the separators must not be empty.`);
  const separator =
    separators === undefined ? undefined : new RegExp(`[${separators.replace(/[\\\]^-]/g, '\\$&')}]+`);
  const option = /\{option:([^{}]+)\}/.exec(prefix);
  return (text, input) => {
    let wanted = prefix;
    if (option !== null) {
      const value = requireOption(input, option[1] ?? '');
      if (typeof value !== 'string') return value;
      wanted = prefix.replace(option[0], () => value);
    }
    let list = separator === undefined ? [text] : text.split(separator).map((item) => item.replace(/,$/, ''));
    if (items !== undefined) list = items === 'first' ? list.slice(0, 1) : list.slice(1);
    const selected: string[] = [];
    for (const item of list) if (item.startsWith(wanted)) selected.push(item.slice(wanted.length));
    return selected;
  };
}

/** NaN is not a tolerance: it would compare false with every age, and so silently disable the check. */
function isTolerance(toleranceSeconds: number | null): boolean {
  return toleranceSeconds === null || toleranceSeconds >= 0;
}

function checkTolerance(toleranceSeconds: number | null | undefined): void {
  if (toleranceSeconds !== undefined && !isTolerance(toleranceSeconds)) {
    throw new SchemeDefinitionError('toleranceSeconds must be null or a non-negative number.');
  }
}
