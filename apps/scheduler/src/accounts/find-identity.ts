import { setTimeout as sleep } from 'node:timers/promises';
import { isStorableText } from '@hookline/contracts';
import { identifierAt } from '@hookline/json';
import type { ApiFetch } from '@hookline/outbound';
import {
  arrayAt,
  fillRequest,
  type IdentityRequest,
  judgeAnswer,
  type OAuthSpecification,
} from '@hookline/providers';
import type { AppFacts } from '../facts/app-facts.ts';
import type { OAuthConnectable } from '../facts/require-connectable.ts';
import { missingScope } from '../polls/missing-scope.ts';
import { itemsOf, type ReadValue } from '../polls/read-pages.ts';
import { parseBody } from '../provider-api/parse-body.ts';
import { withoutToken } from '../provider-api/without-token.ts';
import type { Credential } from '../tokens/normalize-token-answer.ts';

/** Whose account it is, in the provider's words. */
export interface AccountIdentity {
  id: string;
  name: string | undefined;
  /** Who gave the grant, by the id that all services of the provider share; undefined: the provider did not tell. */
  person: string | undefined;
  /** Values for the placeholders of later requests. */
  values: Record<string, string>;
  /** The scopes of the token; undefined: the answer does not tell. */
  scopes: readonly string[] | undefined;
}

/** The provider did not tell whose token it is. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
  /** Whether another try may succeed. */
  readonly isTransient: boolean;
  /** The scopes of which one is needed and none is granted. */
  readonly missing: readonly string[];

  constructor(message: string, isTransient: boolean, missing: readonly string[] = []) {
    super(message);
    this.isTransient = isTransient;
    this.missing = missing;
  }
}

/** The provider says that the token lacks a scope. */
class ScopeRefusedError extends IdentityError {}

const withoutScope = (scopes: readonly string[]) =>
  new IdentityError(`the token lacks the permission for that: ${scopes.join(' or ')}`, false, scopes);

const TIMEOUT_MS = 8_000;
const MAX_BYTES = 262_144;
const TRIES = 3;
const MAX_TEXT = 300;

/**
 * Asks the provider whose account it is. This is done after each grant and before anything is stored: the account may be
 * another one than before.
 * @throws IdentityError
 */
export async function findIdentity(
  api: ApiFetch,
  connectable: OAuthConnectable,
  app: AppFacts,
  credentials: readonly Pick<Credential, 'kind' | 'accessToken' | 'scopes'>[],
): Promise<AccountIdentity> {
  const request = connectable.oauth.identity.find(({ kind }) =>
    credentials.some((credential) => credential.kind === kind),
  );
  const credential = credentials.find(({ kind }) => kind === request?.kind);
  if (!request || !credential) throw new IdentityError('the answer has no token of a known kind', false);
  const { scopes = [] } = request;
  if (missingScope(scopes, credential.scopes) !== undefined) throw withoutScope(scopes);
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await callForJson(api, connectable, app, request.request, credential.accessToken);
      checkKind(request, answer);
      const person = await findPerson(api, connectable, app, credential.accessToken);
      return { ...readIdentity(request, answer), person, scopes: scopesIn(request, answer.headers) };
    } catch (error) {
      if (error instanceof ScopeRefusedError && scopes.length > 0) throw withoutScope(scopes);
      if (!(error instanceof IdentityError) || !error.isTransient || attempt === TRIES) throw error;
    }
    await sleep(attempt * 500);
  }
}

function scopesIn(
  { scopesHeader }: IdentityRequest,
  headers: Readonly<Record<string, string>>,
): string[] | undefined {
  const text = scopesHeader === undefined ? undefined : headers[scopesHeader];
  return text
    ?.split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
}

/** One call with a token that is not stored. @returns the body and the headers @throws IdentityError */
export async function callForJson(
  api: ApiFetch,
  { answers }: OAuthConnectable,
  app: AppFacts,
  template: IdentityRequest['request'],
  accessToken: string,
): Promise<ReadValue & { headers: Readonly<Record<string, string>> }> {
  const clientSecret = template.authorization === 'client' ? app.clientSecret() : undefined;
  const values = { accessToken, clientId: app.clientId, clientSecret };
  const filled = fillRequest(template, values, app.settings.origins);
  let status: number;
  let answered: ReadValue;
  let headers: Readonly<Record<string, string>>;
  try {
    const answer = await api.call(
      { ...filled, headers: { accept: 'application/json', ...filled.headers } },
      { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, followRedirects: false },
    );
    ({ status, headers } = answer);
    const bytes = withoutToken(answer.body, accessToken);
    answered = { value: parseBody(bytes), bytes };
  } catch {
    throw new IdentityError('the provider did not answer', true);
  }
  // Such as of a proxy or of a maintenance: as of a token endpoint, nothing follows from it.
  if (isPage(status, headers, answered.value))
    throw new IdentityError(`the provider answered ${status} with a page in place of the account`, true);
  const { verdict, code } = judgeAnswer({ status, headers, body: answered.value }, answers);
  if (verdict !== 'ok') {
    const said = `the provider answered ${status}${code === undefined ? '' : ` ${code}`}`;
    if (verdict === 'missing-scope') throw new ScopeRefusedError(said, false);
    throw new IdentityError(said, status >= 500 || verdict === 'rate-limited');
  }
  return { ...answered, headers };
}

/** Whether an answer is none of an API: a success or a redirect without JSON, or a web page of any status. */
const isPage = (status: number, headers: Readonly<Record<string, string>>, value: unknown) =>
  value === undefined && (status < 400 || headers['content-type']?.startsWith('text/html') === true);

/** Undefined if the provider does not tell who gave the grant: also for want of a scope, or because it is down. */
export async function findPerson(
  api: ApiFetch,
  connectable: OAuthConnectable,
  app: AppFacts,
  accessToken: string,
): Promise<string | undefined> {
  const { person } = connectable.oauth;
  if (person === undefined) return undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return textAt(await callForJson(api, connectable, app, person.request, accessToken), person.id);
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      if (!error.isTransient || attempt === TRIES) return undefined;
    }
    await sleep(attempt * 500);
  }
}

/** What a connection may see at the provider, and what is pushed to it, depends on the kind of its token. */
function checkKind({ kind, kindShownBy }: IdentityRequest, answer: ReadValue): void {
  if (kindShownBy === undefined) return;
  const isPresent = textAt(answer, kindShownBy.at) !== undefined;
  if (isPresent !== (kindShownBy.is === 'present'))
    throw new IdentityError(`the token is not of the kind "${kind}"`, false);
}

/** @throws IdentityError if the answer has no id */
export function readIdentity(
  { id, name, values = {} }: IdentityRequest,
  answer: ReadValue,
): Omit<AccountIdentity, 'person' | 'scopes'> {
  const parts = id.map((pointer) => identifierAt(answer.bytes, answer.value, pointer));
  if (parts.some((part) => part === undefined))
    throw new IdentityError('the answer does not have the id of the account', false);
  // An id that is changed or cut could be that of another account.
  if (!parts.every((part) => part !== undefined && part.length <= MAX_TEXT && isStorableText(part)))
    throw new IdentityError(
      `the id of the account has more than ${MAX_TEXT} characters, or characters that cannot be stored`,
      false,
    );
  const found: Record<string, string> = {};
  for (const [key, pointer] of Object.entries(values)) {
    const value = textAt(answer, pointer);
    if (value !== undefined) found[key] = value;
  }
  return {
    id: parts.join('/'),
    name: name === undefined ? undefined : textAt(answer, name),
    values: found,
  };
}

function textAt({ value, bytes }: ReadValue, pointer: string): string | undefined {
  return identifierAt(bytes, value, pointer)?.slice(0, MAX_TEXT).toWellFormed().replaceAll('\0', '\u{fffd}');
}

/**
 * Whether an access token is one of the application, as far as the provider tells.
 * @throws IdentityError if that cannot be asked now
 */
export async function isTokenOf(
  api: ApiFetch,
  connectable: OAuthConnectable,
  app: AppFacts,
  { request, clientId }: NonNullable<OAuthSpecification['tokenOwner']>,
  accessToken: string,
): Promise<boolean> {
  try {
    return textAt(await callForJson(api, connectable, app, request, accessToken), clientId) === app.clientId;
  } catch (error) {
    if (!(error instanceof IdentityError) || error.isTransient) throw error;
    return false;
  }
}

/**
 * GitHub App: checks that the person has the installation that the callback names.
 * @throws IdentityError
 */
export async function hasInstallation(
  api: ApiFetch,
  connectable: OAuthConnectable,
  app: AppFacts,
  installation: NonNullable<OAuthSpecification['installation']>,
  accessToken: string,
  installationId: string,
): Promise<boolean> {
  const { request, items, id } = installation.list;
  const { value, bytes } = await callForJson(api, connectable, app, request, accessToken);
  if (arrayAt(value, items) === undefined) return false;
  return itemsOf({ json: value, body: bytes }, items).some((item) => textAt(item, id) === installationId);
}
