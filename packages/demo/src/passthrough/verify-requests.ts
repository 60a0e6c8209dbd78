import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { startApp } from './start-app.ts';

/** The parts of a request that an SDK needs. */
export interface AppRequest {
  body: string;
  /** The value of a header, or the empty string if the request has no such header. */
  header(name: string): string;
}

/**
 * Starts an app that verifies each request with an SDK.
 * @param verify returns the id of a genuine request; throws for any other request
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
