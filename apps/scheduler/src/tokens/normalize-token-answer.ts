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
  readonly status: number;
  /** For the OAuth library: JSON text. */
  readonly body: string;
  readonly credentials: readonly Credential[];
  /** Values of the account, by name. */
  readonly values: Readonly<Record<string, string>>;
  readonly error: string | undefined;
  readonly errorSubtype: string | undefined;
}

type Members = Readonly<Record<string, unknown>>;

const DEFAULT_CREDENTIALS = [{ kind: 'access', at: '' }] as const;
const CODE = /^[\w.:-]{1,100}$/;
const MAX_SCOPES = 200;
const MAX_VALUE_LENGTH = 300;

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
  const nothing = { credentials: [], values: {}, error: undefined, errorSubtype: undefined };
  if (members === undefined) return { status: answer.status, body: answer.body, ...nothing };

  const code = members['error'];
  if (answer.status >= 400 || typeof code === 'string' || members['ok'] === false) {
    const error = typeof code === 'string' && CODE.test(code) ? code : undefined;
    const subtype = members['error_subtype'];
    return {
      status: Math.max(answer.status, 400),
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
    if (value !== undefined && value.length <= MAX_VALUE_LENGTH) values[name] = value;
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
  if (accessToken === undefined) return undefined;
  const scope = part['scope'];
  return {
    kind,
    accessToken,
    refreshToken: textOf(part['refresh_token']),
    tokenType: textOf(part['token_type'])?.slice(0, 50) ?? 'Bearer',
    scopes:
      typeof scope === 'string'
        ? scope
            .split(/[\s,]+/)
            .filter((each) => each !== '')
            .slice(0, MAX_SCOPES)
        : undefined,
    lifeSeconds: secondsOf(part['expires_in']),
    refreshLifeSeconds: secondsOf(part['refresh_token_expires_in']),
  };
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** Also from text, as in a form. 0 stands for no expiry. */
function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
