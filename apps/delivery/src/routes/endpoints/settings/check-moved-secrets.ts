import { ApiError, type EndpointAuth } from '@hookline/contracts';
import type { StoredHeaders } from '@hookline/db/delivery';
import { REDACTED } from '../../../endpoints/headers/redact-headers.ts';
import { secretFieldOf } from './endpoint-auth.ts';
import type { EndpointChanges } from './read-settings.ts';

export interface MovedEndpoint {
  /** The fields of the request. */
  changes: EndpointChanges;
  before: { url: string; headers: Readonly<StoredHeaders>; auth: EndpointAuth | undefined };
  after: {
    url: string;
    headers: Readonly<StoredHeaders>;
    auth: EndpointAuth | undefined;
    format: 'event' | 'request';
  };
}

interface Problem {
  path: string;
  message: string;
}

const AGAIN = 'must be given again, or be removed';

/**
 * Checks that no stored secret goes to another origin than the one that it was given for. Otherwise a caller who may change
 * an endpoint could read its secrets by sending them to a server of its own.
 * @throws ApiError `credentials_required` with each field that has to be given again
 */
export function checkMovedSecrets({ changes, before, after }: MovedEndpoint): void {
  // A new endpoint has no secrets yet.
  if (before.url === '') return;
  const isMoved = originOf(after.url) !== originOf(before.url);
  const problems: Problem[] = isMoved
    ? [...keptHeaders(before.headers, after.headers), ...forwardedRequests(changes, after.format)]
    : [];
  const [auth, known] = [after.auth, before.auth];
  if (auth && known && keepsSecret(changes.auth, auth) && (isMoved || movesTokenUrl(known, auth)))
    problems.push({ path: `body/auth/${secretFieldOf(auth)}`, message: AGAIN });
  if (problems.length === 0) return;
  const url = isMoved ? 'body/url' : 'body/auth/tokenUrl';
  throw new ApiError('credentials_required', {
    message: `${url} leads to another origin than before, and stored secrets are not sent there: ${problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
    details: problems,
  });
}

const originOf = (href: string) => new URL(href).origin;

/** A sealed value that is stored unchanged is the very object that was read. */
function keptHeaders(before: Readonly<StoredHeaders>, after: Readonly<StoredHeaders>): Problem[] {
  const sealed = new Set(Object.values(before).filter((value) => typeof value !== 'string'));
  return Object.entries(after)
    .filter(([, value]) => typeof value !== 'string' && sealed.has(value))
    .map(([name]) => ({ path: `body/headers/${name}`, message: AGAIN }));
}

/** The requests of a provider may have secrets: its token, or its password. */
function forwardedRequests(changes: EndpointChanges, format: MovedEndpoint['after']['format']): Problem[] {
  if (format !== 'request' || changes.format !== undefined) return [];
  return [
    {
      path: 'body/format',
      message: 'must be given again, because the requests that it forwards may have secrets of a provider',
    },
  ];
}

/** A client certificate proves its key without sending it. */
function keepsSecret(given: EndpointChanges['auth'], auth: EndpointAuth): boolean {
  if (auth.type === 'mtls') return false;
  const secret = (given as unknown as Record<string, unknown> | null | undefined)?.[secretFieldOf(auth)];
  return secret === undefined || secret === REDACTED;
}

/** The client secret is sent to the token URL. */
const movesTokenUrl = (before: EndpointAuth, after: EndpointAuth) =>
  'tokenUrl' in before && 'tokenUrl' in after && originOf(before.tokenUrl) !== originOf(after.tokenUrl);
