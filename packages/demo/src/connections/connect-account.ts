import type { Hookline } from '@hookline/client';
import { Browser } from './browser.ts';
import type { Platform } from './platform.ts';

/** Where the browser returns to; nothing listens there. */
const RETURN_URL = 'http://127.0.0.1:1/connected';

/**
 * Connects the account of a platform as a person does: with a link, in a browser, on the consent page of the provider.
 * @returns the id of the connection
 */
export async function connectAccount(
  { provider, account, connectionSettings }: Platform,
  { hookline, userId, appId }: { hookline: Hookline; userId: string; appId: string },
): Promise<string> {
  const link = await hookline.connections.createLink({
    provider,
    appId,
    userId,
    returnUrl: RETURN_URL,
    ...(connectionSettings && { settings: connectionSettings }),
  });
  const browser = new Browser(RETURN_URL);
  const page = await browser.open(link.url);
  const { url } = await browser.decide(page, { account, decision: 'approve' });
  const { searchParams } = new URL(url);
  const connectionId = searchParams.get('connection');
  if (connectionId === null)
    throw new Error(`the browser came back without a connection: ${searchParams.get('error') ?? 'no error'}`);
  return connectionId;
}
