import type { FastifyInstance } from 'fastify';
import { Answer } from '../../core/answer.ts';
import { bodyParameters } from '../../core/parameters.ts';
import type { Hub } from './hub.ts';

const TOPIC = /^https?:\/\/\S+\/xml\/feeds\/videos\.xml\?channel_id=UC[\w-]{22}$/;
const MAX_SECRET_BYTES = 200;

/** `POST /subscribe`: 202, and the handshake follows. */
export function mountHub(app: FastifyInstance, hub: Hub): void {
  for (const path of ['/pubsubhubbub.appspot.com/subscribe', '/pubsubhubbub.appspot.com']) {
    app.post(path, async (request, reply) => {
      if (hub.isOut()) throw new Answer(503, 'Error: Server Error', { 'retry-after': '120', ...PLAIN });
      const parameters = bodyParameters(request);
      const mode = parameters['hub.mode'] ?? '';
      const topic = parameters['hub.topic'] ?? '';
      const callback = parameters['hub.callback'] ?? '';
      const secret = parameters['hub.secret'];
      const lease = Number(parameters['hub.lease_seconds']);
      if (mode !== 'subscribe' && mode !== 'unsubscribe') throw invalid('hub.mode');
      if (!TOPIC.test(topic)) throw invalid('hub.topic');
      if (!URL.canParse(callback) || !/^https?:/.test(callback)) throw invalid('hub.callback');
      if (secret !== undefined && Buffer.byteLength(secret) >= MAX_SECRET_BYTES) throw invalid('hub.secret');
      hub.accept({
        mode,
        topic,
        callback,
        secret,
        leaseSeconds: Number.isInteger(lease) && lease > 0 ? lease : undefined,
      });
      return reply.code(202).headers(PLAIN).send('');
    });
  }
}

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };

function invalid(name: string): Answer {
  return new Answer(400, `Invalid value for ${name}`, PLAIN);
}
