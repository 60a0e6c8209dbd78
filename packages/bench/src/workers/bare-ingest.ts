// The baseline of ingest: a Fastify route that verifies GitHub's HMAC over the raw body and does nothing else.
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { serveCommands } from './serve-commands.ts';

const PREFIX = 'sha256=';

const commands = {
  async listen({ secret }: { secret: string }) {
    const key = createSecretKey(Buffer.from(secret));
    const app = Fastify();
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.post('/in', (request, reply) => {
      const header = String(request.headers['x-hub-signature-256'] ?? '');
      const given = Buffer.from(header.slice(PREFIX.length), 'hex');
      const expected = createHmac('sha256', key)
        .update(request.body as Buffer)
        .digest();
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        return reply.code(401).send({ error: 'Invalid signature' });
      }
      return reply.send({ ok: true });
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    return { port: (app.server.address() as AddressInfo).port };
  },
};
export type BareIngestCommands = typeof commands;

serveCommands(commands);
