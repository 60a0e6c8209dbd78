import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const sign = ({ body, secret }: Unsigned): Record<string, string> => {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return {
    'x-forgejo-delivery': 'f6266f16-1bf3-46a5-9ea4-602e06ead473',
    'x-forgejo-event': 'push',
    'x-forgejo-event-type': 'push',
    'x-forgejo-signature': signature,
    'x-gitea-delivery': 'f6266f16-1bf3-46a5-9ea4-602e06ead473',
    'x-gitea-event': 'push',
    'x-gitea-signature': signature,
    'x-github-event': 'push',
    'x-hub-signature-256': `sha256=${signature}`,
  };
};

export const oracle: Oracle = {
  provider: 'forgejo',
  source:
    'github.com/saschazepter/forgejo services/webhook/shared/payloader.go; github.com/offsoc/forgejo services/webhook/default.go',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-forgejo-signature'],
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
