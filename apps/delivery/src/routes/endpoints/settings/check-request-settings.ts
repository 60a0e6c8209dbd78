import { ApiError, type EndpointAuth, type Signing } from '@hookline/contracts';
import { isHeaderOfHttp } from '../../../endpoints/headers/endpoint-headers.ts';

export interface RequestSettings {
  url: string;
  headers: Readonly<Record<string, unknown>>;
  auth: EndpointAuth | undefined;
  signing: Signing;
}

/**
 * Settings that are right by themselves may contradict each other: two that set the same header, a client
 * certificate without TLS.
 * @throws ApiError `invalid_request`
 */
export function checkRequestSettings({ url, headers, auth, signing }: RequestSettings): void {
  const owners = new Map(Object.keys(headers).map((name) => [name.toLowerCase(), 'body/headers']));
  const claim = (name: string, by: string) => {
    const other = owners.get(name.toLowerCase());
    if (other !== undefined) refuse(`${by} and ${other} both set the header ${name}: drop one of the two`);
    owners.set(name.toLowerCase(), by);
  };

  if (auth?.type === 'mtls' && !url.startsWith('https:'))
    refuse('body/auth is a client certificate, which only an https URL can ask for');
  if (auth?.type === 'api_key') claim(auth.header, 'body/auth');
  else if (auth !== undefined && auth.type !== 'mtls') claim('authorization', 'body/auth');

  for (const [part, name] of Object.entries(signing.headerNames ?? {})) {
    const field = `body/signing/headerNames/${part}`;
    if (isHeaderOfHttp(name)) refuse(`${field}: ${name} is set by Hookline or by HTTP itself`);
    if (signing.plainHeaders && /^x-webhook-/i.test(name))
      refuse(`${field}: ${name} is one of the names that body/signing/plainHeaders takes`);
    claim(name, field);
  }
}

function refuse(message: string): never {
  throw new ApiError('invalid_request', { message });
}
