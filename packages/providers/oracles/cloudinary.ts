import { createHash } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

/** A plain hash, no HMAC. */
const sign = ({ body, nowMs, secret }: Unsigned, algorithm: string): Signed => {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHash(algorithm).update(body).update(timestamp).update(secret).digest('hex');
  return { headers: { 'x-cld-timestamp': timestamp, 'x-cld-signature': signature } };
};

export const oracle: Oracle = {
  provider: 'cloudinary',
  source:
    'https://cloudinary.com/documentation/notification_signatures; github.com/cloudinary/cloudinary_npm lib/utils/index.js',
  secrets: ['made_up-Secret_Of-Cloudinary', 'another-Secret_Of-Cloudinary'],
  covers: 'body',
  signatureHeaders: ['x-cld-signature', 'x-cld-timestamp'],
  body: '{"notification_type":"upload","timestamp":"2026-05-24T11:08:56+00:00","request_id":"0f1e2d3c","asset_id":"4b5a6978","public_id":"sample","version":1748077736,"signature_key":"123456789012345"}',
  toleranceSeconds: 7200,
  variants: { 'with SHA-256, if the account is set so': (unsigned) => sign(unsigned, 'sha256') },
  sign: (unsigned) => sign(unsigned, 'sha1'),
};
