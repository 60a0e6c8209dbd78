import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { startApp } from './start-app.ts';

/** What an SDK needs of a request. */
export interface AppRequest {
  body: string;
  /** The empty string where there is none. */
  header(name: string): string;
}

/**
 * An app that hands each request to its SDK.
 * @param verify the id of a genuine one; throws for any other
 */
export async function verifyRequests(verify: (request: AppRequest) => string) {
  const verified: string[] = [];
  const refused: string[] = [];
  const app = await startApp(async (request: IncomingMessage, response) => {
    const body = await text(request);
    try {
      verified.push(verify({ body, header: (name) => String(request.headers[name] ?? '') }));
      response.writeHead(200).end();
    } catch (error) {
      refused.push((error as Error).message);
      response.writeHead(400).end();
    }
  });
  return { ...app, verified, refused };
}
