import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const sign = ({ body, nowMs, secret }: Unsigned, before = ''): Signed => {
  const id = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';
  const timestamp = String(Math.floor(nowMs / 1000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return {
    headers: { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': `${before}v1,${signature}` },
  };
};

export const oracle: Oracle = {
  provider: 'clerk',
  source:
    'github.com/clerk/clerk-docs docs/guides/development/webhooks/overview.mdx; https://docs.svix.com/receiving/verifying-payloads/how-manual',
  secrets: [
    `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
    `whsec_${Buffer.alloc(24, 2).toString('base64')}`,
  ],
  covers: 'body',
  signatureHeaders: ['svix-id', 'svix-timestamp', 'svix-signature'],
  body: '{"data":{"id":"user_29w83sxmDNGwOuEthce5gg56FcC","object":"user"},"instance_id":"ins_1","object":"event","timestamp":1654012591835,"type":"user.created"}',
  toleranceSeconds: 300,
  variants: {
    'behind the signature of another secret': (unsigned) =>
      sign(unsigned, `v1,${Buffer.alloc(32, 7).toString('base64')} `),
  },
  sign: (unsigned) => sign(unsigned),
};
