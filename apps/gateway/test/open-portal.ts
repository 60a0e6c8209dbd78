import type { PortalAccess } from '@hookline/contracts';
import { callApi } from './call-api.ts';

export interface OpenedPortal extends PortalAccess {
  /** The token that was in the address, and is used up. */
  sessionToken: string;
}

/** Creates a portal session of the tenant acme with all that a view shows, unless the body says otherwise. */
export async function createPortal(
  url: string,
  body: object = {},
  key?: string,
): Promise<{ id: string; url: string; sessionToken: string }> {
  const { status, body: answer } = await callApi(url, 'POST', '/api/portal/sessions', {
    body: {
      userId: 'acme',
      returnUrl: 'https://app.example.com/',
      ...('capabilities' in body ? {} : { readOnly: true }),
      ...body,
    },
    ...(key === undefined ? {} : { key }),
  });
  if (status !== 201) throw new Error(`no portal session was made: ${status} ${JSON.stringify(answer)}`);
  return { ...answer.data, sessionToken: answer.data.url.split('#')[1] };
}

/** Creates a portal session and opens it. */
export async function openPortal(url: string, body: object = {}): Promise<OpenedPortal> {
  const { sessionToken } = await createPortal(url, body);
  const { status, body: answer } = await callApi(url, 'POST', '/api/portal/exchange', { key: sessionToken });
  if (status !== 201) throw new Error(`the portal did not open: ${status} ${JSON.stringify(answer)}`);
  return { ...answer.data, sessionToken };
}
