import { ApiError, type EndpointAuth, type Signing } from '@hookline/contracts';
import { isHeaderOfHttp } from '../../../endpoints/headers/endpoint-headers.ts';

export interface RequestSettings {
  url: string;
  headers: Readonly<Record<string, unknown>>;
  auth: EndpointAuth | undefined;
  signing: Signing;
}

/**
 * Checks that settings do not contradict each other: two of them set the same header, or there is a client certificate
 * without TLS.
 * @throws ApiError `invalid_request`
 */
export function checkRequestSettings({ url, headers, auth, signing }: RequestSettings): void {
  const owners = new Map(Object.keys(headers).map((name) => [name.toLowerCase(), 'body/headers']));
  const claim = (name: string, by: string) => {
    const other = owners.get(name.toLowerCase());
    if (other !== undefined) refuse(`${by} and ${other} both set the header ${name}: remove one of them`);
    owners.set(name.toLowerCase(), by);
  };

  if (auth?.type === 'mtls' && !url.startsWith('https:'))
    refuse('body/auth must not be a client certificate unless body/url is an https URL');
  if (auth?.type === 'api_key') claim(auth.header, 'body/auth');
  else if (auth !== undefined && auth.type !== 'mtls') claim('authorization', 'body/auth');

  for (const [part, name] of Object.entries(signing.headerNames ?? {})) {
    const field = `body/signing/headerNames/${part}`;
    if (isHeaderOfHttp(name)) refuse(`${field} must not be ${name}, which Hookline or HTTP itself sets`);
    if (signing.plainHeaders && /^x-webhook-/i.test(name))
      refuse(`${field} must not be ${name}, which body/signing/plainHeaders sets`);
    claim(name, field);
  }
}

function refuse(message: string): never {
  throw new ApiError('invalid_request', { message });
}
