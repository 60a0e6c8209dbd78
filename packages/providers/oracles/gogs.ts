import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const sign = ({ body, secret }: Unsigned): Record<string, string> => {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return {
    'x-gogs-delivery': 'f6266f16-1bf3-46a5-9ea4-602e06ead473',
    'x-gogs-event': 'push',
    'x-gogs-signature': signature,
  };
};

export const oracle: Oracle = {
  provider: 'gogs',
  source: 'github.com/gogs/gogs internal/database/webhook.go, docs/advancing/webhooks.mdx',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-gogs-signature'],
  body: '{"ref":"refs/heads/main","commits":[],"repository":{"full_name":"acme/api"},"pusher":{"login":"emma"}}',
  variants: {
    // The signature is that of the JSON text also here.
    'sent as a form': (unsigned) => ({
      headers: { ...sign(unsigned), 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(new URLSearchParams({ payload: unsigned.body.toString() }).toString()),
    }),
  },
  sign: (unsigned) => ({ headers: sign(unsigned) }),
};
