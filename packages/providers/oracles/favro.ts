import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'favro',
  source: 'https://favro.com/developer/#webhook-signatures; github.com/bscotch/bravo BravoWebhookDefinition',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'part',
  covered: '5cc57f38bb1a2ea1b0e9de4d28f5a4ee',
  signatureHeaders: ['x-favro-webhook'],
  body: '{"payloadId":"5cc57f38bb1a2ea1b0e9de4d28f5a4ee","hookId":"6f5e4d3c","action":"created","card":{"cardId":"67973f72db34592d8fc96c48"}}',
  sign: ({ secret, url }) => ({
    headers: {
      'x-favro-webhook': createHmac('sha1', secret)
        .update('5cc57f38bb1a2ea1b0e9de4d28f5a4ee')
        .update(url)
        .digest('base64'),
    },
  }),
};
