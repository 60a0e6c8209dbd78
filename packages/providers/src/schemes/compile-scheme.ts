import type { InboundRequest } from '../inbound-request.ts';
import type { Verification, VerificationInput, VerificationScheme } from '../provider.ts';
import { type Rejection, reject } from '../rejection.ts';
import { signatureDecoder } from './decode-signature.ts';
import { cacheBySecret } from './key-cache.ts';
import { parseMessageTemplate } from './message-template.ts';
import { type HeaderSelection, type SchemeDefinition, SchemeDefinitionError } from './scheme-definition.ts';

/** What differs between one kind of signature and another. */
export interface Algorithm<Key> {
  readonly signatureBytes: number;
  /** Decodes a secret; it is asked once per secret. `problem` is for the person who typed it. */
  parseKey(secret: string): { readonly key: Key } | { readonly problem: string };
  /** Whether any candidate is the signature of the message. Compares in constant time and tries all. */
  matches(key: Key, message: readonly Uint8Array[], candidates: readonly Buffer[]): boolean;
}

/** More than any sender has active keys; a bound on the work that a stranger can ask for. */
const MAX_CANDIDATES = 32;
const WHOLE_SECONDS = /^(?:0|[1-9][0-9]{0,11})$/;
/** Visible ASCII without the dot, which separates the parts of most messages: no byte can move from one to another. */
const SIGNED_HEADER = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;

/**
 * Makes the verifier of a definition. All that can be wrong with the definition is found here, at load.
 * @throws {SchemeDefinitionError}
 */
export function compileScheme<Key>(
  definition: SchemeDefinition,
  algorithm: Algorithm<Key>,
): VerificationScheme {
  const parts = parseMessageTemplate(definition);
  const { timestamp, publicMessages = {} } = definition;
  checkTolerance(timestamp?.toleranceSeconds);
  const decoder = signatureDecoder(definition.encoding, algorithm.signatureBytes);
  const selectSignatures = compileSelection(definition.signature);
  const selectTimestamps = timestamp === undefined ? undefined : compileSelection(timestamp);
  const parseKey = cacheBySecret((secret: string) => algorithm.parseKey(secret));

  /** Decoded candidates, at least one. */
  function readSignatures(request: InboundRequest): Buffer[] | Rejection {
    const { header, prefix = '' } = definition.signature;
    const value = readSingleHeader(request, header, 'missing_signature');
    if (typeof value !== 'string') return value;
    const candidates: Buffer[] = [];
    for (const item of selectSignatures(value)) {
      const candidate = decoder.decode(item);
      if (candidate !== undefined) candidates.push(candidate);
    }
    if (candidates.length === 0) {
      return reject(
        'malformed_signature',
        `The header ${header} holds no signature of the form "${prefix}" and ${decoder.form}.`,
        { header },
      );
    }
    if (candidates.length > MAX_CANDIDATES) {
      return reject(
        'malformed_signature',
        `The header ${header} holds more than ${MAX_CANDIDATES} signatures.`,
        {
          header,
        },
      );
    }
    return candidates;
  }

  /** The text of the timestamp, empty if none is signed. */
  function readTimestamp(request: InboundRequest): string | Rejection {
    if (timestamp === undefined || selectTimestamps === undefined) return '';
    const { header } = timestamp;
    const value = readSingleHeader(request, header, 'missing_timestamp');
    if (typeof value !== 'string') return value;
    const [text, ...others] = selectTimestamps(value);
    if (text === undefined) {
      return reject('missing_timestamp', `The header ${header} holds no timestamp.`, { header });
    }
    if (others.length > 0 || !WHOLE_SECONDS.test(text)) {
      return reject(
        'malformed_timestamp',
        `The header ${header} does not hold one number of seconds since 1970.`,
        {
          header,
        },
      );
    }
    return text;
  }

  function readMessage(request: InboundRequest, timestampText: string): Uint8Array[] | Rejection {
    const message: Uint8Array[] = [];
    for (const part of parts) {
      if (part.kind === 'literal') message.push(part.bytes);
      else if (part.kind === 'body') message.push(request.rawBody);
      else if (part.kind === 'timestamp') message.push(Buffer.from(timestampText, 'latin1'));
      else {
        const value = readSingleHeader(request, part.header, 'missing_header');
        if (typeof value !== 'string') return value;
        if (!SIGNED_HEADER.test(value)) {
          return reject(
            'malformed_header',
            `The header ${part.header} is not 1 to 256 visible ASCII characters other than ".".`,
            { header: part.header },
          );
        }
        message.push(Buffer.from(value, 'latin1'));
      }
    }
    return message;
  }

  function verify({ request, secrets, toleranceSeconds }: VerificationInput): Verification {
    if (toleranceSeconds !== undefined && !isTolerance(toleranceSeconds)) {
      return reject(
        'invalid_tolerance',
        'toleranceSeconds is neither null nor a number that is not negative.',
      );
    }
    const keys: { readonly key: Key; readonly secretIndex: number }[] = [];
    let problem: string | undefined;
    for (const [secretIndex, secret] of secrets.entries()) {
      if (secret === '') continue;
      const parsed = parseKey(secret);
      if ('key' in parsed) keys.push({ key: parsed.key, secretIndex });
      else problem ??= parsed.problem;
    }
    if (keys.length === 0) {
      return problem === undefined
        ? reject('no_secret', 'No secret is configured, so nothing can be verified.')
        : reject('invalid_secret', `No configured secret can be used. ${problem}`);
    }

    const candidates = readSignatures(request);
    if (!Array.isArray(candidates)) return candidates;
    const timestampText = readTimestamp(request);
    if (typeof timestampText !== 'string') return timestampText;
    const message = readMessage(request, timestampText);
    if (!Array.isArray(message)) return message;

    let matchedIndex = -1;
    for (const { key, secretIndex } of keys) {
      // No early exit: how long it takes must not tell which key came close.
      const matches = algorithm.matches(key, message, candidates);
      if (matches && matchedIndex === -1) matchedIndex = secretIndex;
    }
    if (timestamp !== undefined) {
      const tolerance = toleranceSeconds === undefined ? timestamp.toleranceSeconds : toleranceSeconds;
      const late = checkAge(request, timestampText, tolerance, matchedIndex !== -1);
      if (late !== undefined) return late;
    }
    if (matchedIndex === -1) {
      return reject(
        'invalid_signature',
        'The signature does not match: another secret signed, or the body was changed on its way.',
        { secretsTried: keys.length },
      );
    }
    return { ok: true, secretIndex: matchedIndex };
  }

  return {
    verify(input) {
      const verification = verify(input);
      if (verification.ok) return verification;
      const publicMessage = publicMessages[verification.code];
      return publicMessage === undefined ? verification : { ...verification, publicMessage };
    },
    checkSecret(secret) {
      if (secret === '') return 'The secret is empty.';
      const parsed = parseKey(secret);
      return 'problem' in parsed ? parsed.problem : undefined;
    },
  };
}

/** The value of a header that must occur exactly once. Present but empty, as Gitea sends it unsigned, is missing. */
function readSingleHeader(
  request: InboundRequest,
  header: string,
  codeIfMissing: 'missing_signature' | 'missing_timestamp' | 'missing_header',
): string | Rejection {
  const values = request.headers[header] ?? [];
  if (values.length > 1) {
    return reject(
      'duplicate_header',
      `The header ${header} occurs ${values.length} times; it may occur once.`,
      {
        header,
      },
    );
  }
  const value = values[0];
  if (value === undefined) return reject(codeIfMissing, `The header ${header} is missing.`, { header });
  if (value === '') return reject(codeIfMissing, `The header ${header} is empty.`, { header });
  return value;
}

/** Checked after the signature, so that the operator learns whether it was an honest sender with a wrong clock. */
function checkAge(
  request: InboundRequest,
  timestampText: string,
  toleranceSeconds: number | null,
  signatureMatches: boolean,
): Rejection | undefined {
  if (toleranceSeconds === null) return undefined;
  const ageSeconds = Math.floor(request.receivedAtMs / 1000) - Number(timestampText);
  if (Math.abs(ageSeconds) <= toleranceSeconds) return undefined;
  const when = ageSeconds < 0 ? `${-ageSeconds} s in the future` : `${ageSeconds} s ago`;
  const signature = signatureMatches
    ? 'The signature itself is right: the request is late or repeated, or a clock is wrong.'
    : 'The signature does not match either.';
  return reject(
    'timestamp_out_of_tolerance',
    `The request was signed ${when}; ${toleranceSeconds} s are allowed. ${signature}`,
    { ageSeconds, toleranceSeconds, signatureMatches },
  );
}

function compileSelection({ header, separators, prefix = '' }: HeaderSelection): (value: string) => string[] {
  if (!/^[a-z0-9-]+$/.test(header)) {
    throw new SchemeDefinitionError(`"${header}" is not a header name in lower case.`);
  }
  if (separators === '') throw new SchemeDefinitionError(`The separators of "${header}" are empty.`);
  const separator =
    separators === undefined ? undefined : new RegExp(`[${separators.replace(/[\\\]^-]/g, '\\$&')}]+`);
  return (value) => {
    const items: string[] = [];
    for (const item of separator === undefined ? [value] : value.split(separator)) {
      if (item.startsWith(prefix)) items.push(item.slice(prefix.length));
    }
    return items;
  };
}

/** NaN is none: it would compare false with every age, and so switch the check off without a word. */
function isTolerance(toleranceSeconds: number | null): boolean {
  return toleranceSeconds === null || toleranceSeconds >= 0;
}

function checkTolerance(toleranceSeconds: number | null | undefined): void {
  if (toleranceSeconds !== undefined && !isTolerance(toleranceSeconds)) {
    throw new SchemeDefinitionError('toleranceSeconds is neither null nor a number that is not negative.');
  }
}
