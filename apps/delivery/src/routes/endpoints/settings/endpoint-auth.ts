import { ApiError, type EndpointAuth } from '@hookline/contracts';
import { REDACTED } from '../../../endpoints/headers/redact-headers.ts';
import { maskUrl } from '../../../endpoints/mask-url.ts';
import { readUrl } from './read-url.ts';

/** Which field of each kind of credentials is secret. */
const SECRET_FIELD = {
  basic: 'password',
  bearer: 'token',
  api_key: 'key',
  oauth2_client_credentials: 'clientSecret',
  mtls: 'privateKey',
} as const satisfies Record<EndpointAuth['type'], string>;

/** Credentials as they are shown. */
export function redactAuth(auth: EndpointAuth): EndpointAuth {
  const shown = { ...auth, [SECRET_FIELD[auth.type]]: REDACTED };
  return 'tokenUrl' in shown ? { ...shown, tokenUrl: maskUrl(shown.tokenUrl) } : shown;
}

/**
 * The credentials that a request asks for. A secret, or a URL with one in it, that is sent back as it was shown, redacted, keeps what is there.
 * @throws ApiError `invalid_request` when there is nothing to keep
 */
export function readAuth(given: EndpointAuth, current: EndpointAuth | undefined): EndpointAuth {
  if (given.type === 'oauth2_client_credentials') {
    const known = current?.type === given.type ? current.tokenUrl : '';
    const tokenUrl = readUrl(given.tokenUrl, known, 'auth/tokenUrl');
    if (tokenUrl !== given.tokenUrl) return readAuth({ ...given, tokenUrl }, current);
  }
  const field = SECRET_FIELD[given.type];
  if ((given as unknown as Record<string, string>)[field] !== REDACTED) return given;
  const known =
    current?.type === given.type ? (current as unknown as Record<string, string>)[field] : undefined;
  if (known === undefined) {
    throw new ApiError('invalid_request', {
      message: `body/auth/${field} is redacted, and there is none to keep: send the real one`,
    });
  }
  return { ...given, [field]: known };
}
