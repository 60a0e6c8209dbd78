import { ApiError, type EndpointAuth } from '@hookline/contracts';
import { REDACTED } from '../../../endpoints/headers/redact-headers.ts';
import { maskUrl } from '../../../endpoints/mask-url.ts';
import { readUrl } from './read-url.ts';

/** The secret field of each type of credentials. */
const SECRET_FIELD = {
  basic: 'password',
  bearer: 'token',
  api_key: 'key',
  oauth2_client_credentials: 'clientSecret',
  mtls: 'privateKey',
} as const satisfies Record<EndpointAuth['type'], string>;

/** The name of the field that holds the secret of credentials. */
export const secretFieldOf = ({ type }: EndpointAuth): string => SECRET_FIELD[type];

/** Redacts the secret of credentials. */
export function redactAuth(auth: EndpointAuth): EndpointAuth {
  const shown = { ...auth, [secretFieldOf(auth)]: REDACTED };
  return 'tokenUrl' in shown ? { ...shown, tokenUrl: maskUrl(shown.tokenUrl) } : shown;
}

/**
 * Reads the credentials of a request. A secret or a URL in its redacted form stands for the stored one.
 * @throws ApiError `invalid_request` for a redacted secret if none is stored
 */
export function readAuth(given: EndpointAuth, current: EndpointAuth | undefined): EndpointAuth {
  if (given.type === 'oauth2_client_credentials') {
    const known = current?.type === given.type ? current.tokenUrl : '';
    const tokenUrl = readUrl(given.tokenUrl, known, 'auth/tokenUrl');
    if (tokenUrl !== given.tokenUrl) return readAuth({ ...given, tokenUrl }, current);
  }
  const field = secretFieldOf(given);
  if ((given as unknown as Record<string, string>)[field] !== REDACTED) return given;
  const known =
    current?.type === given.type ? (current as unknown as Record<string, string>)[field] : undefined;
  if (known === undefined) {
    throw new ApiError('invalid_request', {
      message: `body/auth/${field} must be the real value: it is redacted, and no value is stored`,
    });
  }
  return { ...given, [field]: known };
}
