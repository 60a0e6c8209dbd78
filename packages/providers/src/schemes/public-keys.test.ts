import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { repeatKeyOf } from '../../fixtures/repeat-key-of.ts';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { telnyx } from '../providers/telnyx.ts';
import { wise } from '../providers/wise.ts';

describe('Telnyx', () => {
  const keys = generateKeyPairSync('ed25519');
  const publicKey = keys.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  const body =
    '{"data":{"event_type":"message.received","id":"b301ed3f","occurred_at":"2026-01-02T03:04:05.000Z","record_type":"event","payload":{"id":"p1"}}}';
  const receive = ({ seconds = NOW_SECONDS, signedBody = body, key = keys.privateKey } = {}) =>
    receiveWebhook(telnyx, {
      request: request({
        rawBody: Buffer.from(body),
        headers: {
          'telnyx-timestamp': [String(seconds)],
          'telnyx-signature-ed25519': [
            sign(null, Buffer.from(`${seconds}|${signedBody}`), key).toString('base64'),
          ],
        },
      }),
      secrets: [publicKey],
    });

  it('is accepted', async () => {
    expect(await receive()).toMatchObject({
      kind: 'events',
      events: [{ type: 'telnyx.message.received', deliveryId: 'b301ed3f', subject: 'p1' }],
    });
    expect(telnyx.checkSecret(publicKey)).toBeUndefined();
    expect(telnyx.checkSecret('x')).toContain('32 bytes');
  });

  it('is refused late, changed, or by another key', async () => {
    expect(await receive({ seconds: NOW_SECONDS - 301 })).toMatchObject({
      rejection: { code: 'timestamp_out_of_tolerance', details: { signatureMatches: true } },
    });
    expect(await receive({ signedBody: '{}' })).toMatchObject({ rejection: { code: 'invalid_signature' } });
    const { privateKey } = generateKeyPairSync('ed25519');
    expect(await receive({ key: privateKey })).toMatchObject({ rejection: { code: 'invalid_signature' } });
  });
});

describe('Wise', () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const body =
    '{"data":{"resource":{"id":111,"profile_id":222},"current_state":"processing"},"event_type":"transfers#state-change","sent_at":"2026-01-02T03:04:05Z"}';
  const receive = (signedBody = body, key = keys.privateKey, secrets = [pem]) =>
    receiveWebhook(wise, {
      request: request({
        rawBody: Buffer.from(body),
        headers: {
          'x-delivery-id': ['d1'],
          'x-signature-sha256': [sign('sha256', Buffer.from(signedBody), key).toString('base64')],
        },
      }),
      secrets,
    });

  it('is accepted, by the older of two keys too', async () => {
    const reception = await receive();
    expect(reception).toMatchObject({
      kind: 'events',
      events: [
        { type: 'wise.transfers.state-change', source: '/wise/222', subject: '111', action: 'processing' },
      ],
    });
    expect(reception.kind === 'events' && repeatKeyOf('wise', reception.events[0] as never)).toBe('d1');
    const newer = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    const secrets = [newer.export({ type: 'spki', format: 'pem' }).toString(), pem];
    expect(await receive(body, keys.privateKey, secrets)).toMatchObject({ secretIndex: 1 });
  });

  it('is refused changed, by another key, or with a key of another kind', async () => {
    expect(await receive('{}')).toMatchObject({ rejection: { code: 'invalid_signature', status: 401 } });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(await receive(body, privateKey)).toMatchObject({ rejection: { code: 'invalid_signature' } });
    const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
    expect(await receive(body, keys.privateKey, [ed25519.toString()])).toMatchObject({
      rejection: { code: 'invalid_secret' },
    });
  });
});
