import { isStorableText } from '@hookline/contracts';
import { parsePointer, pointedValue } from '@hookline/json';
import type { CredentialKind, OAuthSpecification } from '@hookline/providers';

/** One token of an answer, with what belongs to it. */
export interface Credential {
  readonly kind: CredentialKind;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** As the provider says, e.g. `Bearer` or `bot`. */
  readonly tokenType: string;
  /** Undefined: the answer does not say, which means those that were asked for. */
  readonly scopes: readonly string[] | undefined;
  readonly lifeSeconds: number | undefined;
  readonly refreshLifeSeconds: number | undefined;
}

/** An answer of a token endpoint in the form of RFC 6749, whatever the provider's own form is. */
export interface NormalizedAnswer {
  /** At least 400 for an error, whatever the provider's status is. */
  readonly status: number;
  /** As the provider answered. */
  readonly answeredStatus: number;
  /** For the OAuth library: JSON text. */
  readonly body: string;
  readonly credentials: readonly Credential[];
  /** Values of the account, by name. */
  readonly values: Readonly<Record<string, string>>;
  readonly error: string | undefined;
  readonly errorSubtype: string | undefined;
  /** Whether it has no form of a token endpoint: a proxy may have answered. */
  readonly isForeign?: boolean;
}

type Members = Readonly<Record<string, unknown>>;

const DEFAULT_CREDENTIALS = [{ kind: 'access', at: '' }] as const;
const CODE = /^[\w.:-]{1,100}$/;
const MAX_SCOPES = 200;
const MAX_VALUE_LENGTH = 300;
const MAX_SCOPE_LENGTH = 300;
const MAX_TOKEN_TYPE_LENGTH = 50;
/** RFC 6749, appendix A: a token is visible ASCII and spaces. Another text fits neither a header nor a form. */
const TOKEN = /^[\x20-\x7e]+$/;
/** Ten years. A token that lives longer does not expire, as far as a connection is concerned. */
const MAX_LIFE_SECONDS = 10 * 365 * 86_400;

/**
 * Providers deviate from RFC 6749: an error with status 200 (GitHub, Slack), a token type such as `bot`, tokens in a
 * part of the answer (Slack), a form instead of JSON (GitHub).
 * @param refreshed the kind of the token that was refreshed; undefined: the answer is to a code, and may have several.
 *   Slack puts the refreshed token of a person at the top, where the token of a bot is otherwise
 */
export function normalizeTokenAnswer(
  answer: { status: number; contentType: string | undefined; body: string },
  oauth: Pick<OAuthSpecification, 'credentials' | 'answerValues'>,
  refreshed?: CredentialKind,
): NormalizedAnswer {
  const members = parse(answer.body, answer.contentType);
  const answeredStatus = answer.status;
  const nothing = { answeredStatus, credentials: [], values: {}, error: undefined, errorSubtype: undefined };
  if (members === undefined) return { status: answer.status, body: answer.body, ...nothing, isForeign: true };

  const code = members['error'];
  if (answer.status >= 400 || typeof code === 'string' || members['ok'] === false) {
    const error = typeof code === 'string' && CODE.test(code) ? code : undefined;
    const subtype = members['error_subtype'];
    return {
      status: Math.max(answer.status, 400),
      answeredStatus,
      body: JSON.stringify({ error: error ?? 'unreadable_error' }),
      credentials: [],
      values: {},
      error,
      errorSubtype: typeof subtype === 'string' && CODE.test(subtype) ? subtype : undefined,
    };
  }

  const places =
    refreshed === undefined
      ? (oauth.credentials ?? DEFAULT_CREDENTIALS)
      : placesOfRefreshed(oauth.credentials ?? DEFAULT_CREDENTIALS, refreshed);
  const credentials = places
    .map(({ kind, at }) => readCredential(pointedValue(members, parsePointer(at)), kind))
    .filter((credential) => credential !== undefined);
  const [first] = refreshed === undefined ? credentials : credentials.slice(0, 1);
  return {
    status: answer.status,
    answeredStatus,
    body: JSON.stringify(
      first === undefined
        ? {}
        : {
            access_token: first.accessToken,
            token_type: 'bearer',
            ...(first.lifeSeconds === undefined ? {} : { expires_in: first.lifeSeconds }),
            ...(first.refreshToken === undefined ? {} : { refresh_token: first.refreshToken }),
          },
    ),
    credentials: refreshed === undefined ? credentials : credentials.slice(0, 1),
    values: readValues(members, oauth.answerValues),
    error: undefined,
    errorSubtype: undefined,
  };
}

function readValues(members: Members, pointers: Readonly<Record<string, string>> = {}) {
  const values: Record<string, string> = {};
  for (const [name, pointer] of Object.entries(pointers)) {
    const value = textOf(pointedValue(members, parsePointer(pointer)));
    if (value !== undefined && value.length <= MAX_VALUE_LENGTH && isStorableText(value))
      values[name] = value;
  }
  return values;
}

function placesOfRefreshed(
  places: readonly { kind: CredentialKind; at: string }[],
  kind: CredentialKind,
): { kind: CredentialKind; at: string }[] {
  const own = places.find((place) => place.kind === kind)?.at ?? '';
  return [...new Set([own, ''])].map((at) => ({ kind, at }));
}

function parse(body: string, contentType: string | undefined): Members | undefined {
  if (contentType?.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(body));
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Members)
      : undefined;
  } catch {
    return undefined;
  }
}

function readCredential(value: unknown, kind: CredentialKind): Credential | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const part = value as Members;
  const accessToken = textOf(part['access_token']);
  const refreshToken = textOf(part['refresh_token']);
  if (accessToken === undefined || !TOKEN.test(accessToken)) return undefined;
  if (refreshToken !== undefined && !TOKEN.test(refreshToken)) return undefined;
  const scope = part['scope'];
  const tokenType = part['token_type'];
  return {
    kind,
    accessToken,
    refreshToken,
    tokenType: (typeof tokenType === 'string' && cleanText(tokenType, MAX_TOKEN_TYPE_LENGTH)) || 'Bearer',
    scopes:
      typeof scope === 'string'
        ? scope
            .split(/[\s,]+/, MAX_SCOPES)
            .map((each) => cleanText(each, MAX_SCOPE_LENGTH))
            .filter((each) => each !== '')
        : undefined,
    lifeSeconds: secondsOf(part['expires_in']),
    refreshLifeSeconds: secondsOf(part['refresh_token_expires_in']),
  };
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** A text that can be stored and shown. */
const cleanText = (text: string, maxLength: number) =>
  text
    .slice(0, 2 * maxLength)
    .replaceAll(/[\p{Cc}\p{Cs}]/gu, '')
    .slice(0, maxLength)
    .toWellFormed();

/** Also from text, as in a form. 0, and more than any token lives, stand for no expiry. */
function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof seconds === 'number' && seconds > 0 && seconds <= MAX_LIFE_SECONDS
    ? Math.max(1, seconds)
    : undefined;
}
