import type { EndpointAuth } from '@hookline/contracts';
import type { CatalogEndpoint } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { ClientCredentialsTokens } from './client-credentials.ts';
import type { ClientCertificate } from './connection-pools.ts';

/** The credentials of a request, beside its signature. */
export interface Authorization {
  headers: Readonly<Record<string, string>>;
  clientCertificate: ClientCertificate | undefined;
  /** The token, which is dropped when the endpoint answers 401. */
  token: string | undefined;
}

const NOTHING: Authorization = { headers: {}, clientCertificate: undefined, token: undefined };

/**
 * Obtains the credentials for an endpoint, by its `auth` setting.
 * @param timeoutMs how long to wait for a token, where one is needed
 * @throws TokenUnavailableError
 */
export async function authorizeRequest(
  tokens: ClientCredentialsTokens,
  endpoint: Pick<CatalogEndpoint, 'id' | 'version'> & { auth: EndpointAuth },
  timeoutMs: number,
): Promise<Authorization> {
  const { auth } = endpoint;
  if (auth.type !== 'oauth2_client_credentials') return fixedAuthorization(auth);
  const token = await tokens.get(endpoint, auth, timeoutMs);
  return { headers: { authorization: `Bearer ${token}` }, clientCertificate: undefined, token };
}

type FixedAuth = Exclude<EndpointAuth, { type: 'oauth2_client_credentials' }>;

/** Keyed by the catalog's object, so that a certificate is the same object until its endpoint changes. */
const known = new WeakMap<FixedAuth, Authorization>();

function fixedAuthorization(auth: FixedAuth): Authorization {
  let authorization = known.get(auth);
  if (authorization === undefined) {
    authorization = { ...NOTHING, ...credentialsOf(auth) };
    known.set(auth, authorization);
  }
  return authorization;
}

function credentialsOf(auth: FixedAuth): Partial<Authorization> {
  switch (auth.type) {
    case 'basic': {
      const credentials = Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
      return { headers: { authorization: `Basic ${credentials}` } };
    }
    case 'bearer':
      return { headers: { authorization: `Bearer ${auth.token}` } };
    case 'api_key':
      return { headers: { [auth.header]: auth.key } };
    case 'mtls':
      return {
        clientCertificate: { cert: auth.certificate, key: auth.privateKey, ca: auth.caCertificate },
      };
  }
}
