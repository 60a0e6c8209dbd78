import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Oracle } from './oracle.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const webhookId = '8PT597110X687430LKGECATA';
const certificateUrl = 'https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77';

/** A value in DER, with its tag and its length. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const length =
    value.length < 128 ? [value.length] : [0x82, Math.floor(value.length / 256), value.length % 256];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}

/** A certificate of the key, signed with the key itself. */
function certificate(): string {
  const algorithm = der(0x30, Buffer.from('06092a864886f70d01010b0500', 'hex'));
  const commonName = der(
    0x30,
    Buffer.from('0603550403', 'hex'),
    der(0x0c, Buffer.from('messageverificationcerts.paypal.com')),
  );
  const name = der(0x30, der(0x31, commonName));
  const validity = der(
    0x30,
    der(0x17, Buffer.from('200101000000Z')),
    der(0x17, Buffer.from('490101000000Z')),
  );
  const content = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = signBytes('sha256', content, privateKey);
  const all = der(0x30, content, algorithm, der(0x03, Buffer.from([0]), signature));
  return `-----BEGIN CERTIFICATE-----\n${all.toString('base64')}\n-----END CERTIFICATE-----\n`;
}

export const oracle: Oracle = {
  provider: 'paypal',
  source: 'https://developer.paypal.com/api/rest/webhooks/rest/',
  secrets: ['', ''],
  options: { webhookId },
  published: { [certificateUrl]: certificate() },
  covers: 'body',
  signatureHeaders: [
    'paypal-transmission-id',
    'paypal-transmission-time',
    'paypal-transmission-sig',
    'paypal-cert-url',
  ],
  body: '{"id":"WH-58D329510W468432D-8HN650336L201105X","create_time":"2023-11-14T22:13:20.000Z","resource_type":"capture","event_type":"PAYMENT.CAPTURE.COMPLETED","summary":"Payment completed for $ 2.51 USD","resource":{"id":"42311647XV020574X"},"event_version":"1.0"}',
  sign: ({ body, nowMs }) => {
    const id = '69cd13f0-d67a-11e5-baa3-778b53f4ae55';
    const time = new Date(nowMs).toISOString().replace('.000', '');
    const message = Buffer.from(`${id}|${time}|${webhookId}|${crc32(body)}`);
    return {
      headers: {
        'paypal-transmission-id': id,
        'paypal-transmission-time': time,
        'paypal-transmission-sig': signBytes('sha256', message, privateKey).toString('base64'),
        'paypal-cert-url': certificateUrl,
        'paypal-auth-algo': 'SHA256withRSA',
      },
    };
  },
};
