import { generateKeyPairSync, sign } from 'node:crypto';
import { verifyKey } from 'discord-interactions';
import { describe, expect, it } from 'vitest';
import { repeatKeyOf } from '../../fixtures/repeat-key-of.ts';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { discord } from './discord.ts';

const keys = generateKeyPairSync('ed25519');
const publicKey = keys.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');

function signed(body: unknown, { key = keys.privateKey, seconds = NOW_SECONDS } = {}) {
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const signature = sign(null, Buffer.concat([Buffer.from(String(seconds)), rawBody]), key).toString('hex');
  return request({
    rawBody,
    headers: {
      'content-type': ['application/json'],
      'x-signature-timestamp': [String(seconds)],
      'x-signature-ed25519': [signature],
    },
  });
}
const receive = (body: unknown, options = {}) =>
  receiveWebhook(discord, { request: signed(body, options), secrets: [publicKey] });

const AUTHORIZED = {
  version: 1,
  application_id: '1234560123453231555',
  type: 1,
  event: {
    type: 'APPLICATION_AUTHORIZED',
    timestamp: '2024-10-18T14:42:53.064834',
    data: { integration_type: 1, user: { id: '53908232506183680' }, scopes: ['applications.commands'] },
  },
};

describe('pings', () => {
  it('of webhook events are answered with 204, pings of interactions with their type', async () => {
    expect(await receive({ version: 1, application_id: '1', type: 0 })).toEqual({
      kind: 'answered',
      reason: 'discord_ping',
      answer: { status: 204, headers: {}, body: '' },
    });
    expect(await receive({ id: '1', application_id: '1', type: 1, version: 1 })).toMatchObject({
      kind: 'answered',
      answer: {
        status: 200,
        headers: { 'content-type': expect.stringContaining('json') },
        body: '{"type":1}',
      },
    });
  });

  it('with an invalid signature, which Discord sends on purpose, are answered with 401', async () => {
    const other = generateKeyPairSync('ed25519').privateKey;
    expect(await receive({ type: 1 }, { key: other })).toMatchObject({
      kind: 'rejected',
      rejection: { code: 'invalid_signature', status: 401 },
    });
    const unsigned = request({ rawBody: Buffer.from('{"type":1}') });
    expect(await receiveWebhook(discord, { request: unsigned, secrets: [publicKey] })).toMatchObject({
      rejection: { code: 'missing_signature', status: 401 },
    });
  });
});

describe('events', () => {
  it('are answered with 204', async () => {
    const reception = await receive(AUTHORIZED);
    expect(reception).toMatchObject({
      kind: 'events',
      answer: { status: 204 },
      events: [
        {
          type: 'discord.application_authorized',
          source: '/discord/1234560123453231555',
          subject: '53908232506183680',
        },
      ],
    });
    expect(discord.eventTypes).toContain('discord.application_authorized');
  });

  it('have the same key when they are repeated with a new timestamp', async () => {
    const keysOf = await Promise.all(
      [NOW_SECONDS, NOW_SECONDS + 500].map(async (seconds) => {
        const reception = await receive(AUTHORIZED, { seconds });
        return reception.kind === 'events' && repeatKeyOf('discord', reception.events[0] as never);
      }),
    );
    expect(keysOf[0]).toBe(keysOf[1]);
  });

  it.each([
    [2, 'application_command', { name: 'deploy' }, 'deploy', '{"type":5}'],
    [3, 'message_component', { custom_id: 'ok' }, 'ok', '{"type":6}'],
    [4, 'application_command_autocomplete', { name: 'deploy' }, 'deploy', '{"type":8,"data":{"choices":[]}}'],
    [5, 'modal_submit', { custom_id: 'form' }, 'form', '{"type":5}'],
  ])(
    'an interaction of type %i is %s, and is answered as deferred',
    async (type, kind, data, action, body) => {
      expect(
        await receive({ id: '846462639134605312', application_id: '1', type, data, channel_id: '7' }),
      ).toMatchObject({
        events: [
          { type: `discord.interaction.${kind}`, deliveryId: '846462639134605312', subject: '7', action },
        ],
        answer: { status: 200, body },
      });
      expect(discord.eventTypes).toContain(`discord.interaction.${kind}`);
    },
  );

  it('of unknown kinds are accepted', async () => {
    expect(await receive({ id: '1', type: 99 })).toMatchObject({
      events: [{ type: 'discord.interaction.unknown' }],
      answer: { status: 204 },
    });
  });
});

describe('signatures', () => {
  it('are accepted or refused as by the discord-interactions package', async () => {
    const body = '{"type":1}';
    const good = signed(body);
    const signature = good.headers['x-signature-ed25519']?.[0] ?? '';
    const cases = [
      [body, signature, String(NOW_SECONDS)],
      [`${body} `, signature, String(NOW_SECONDS)],
      [body, signature, String(NOW_SECONDS + 1)],
      [body, signature.replace(/^../, signature.startsWith('00') ? '01' : '00'), String(NOW_SECONDS)],
    ] as const;
    const verdicts: boolean[] = [];
    for (const [text, given, timestamp] of cases) {
      const ours = await discord.verify({
        request: request({
          rawBody: Buffer.from(text),
          headers: { 'x-signature-ed25519': [given], 'x-signature-timestamp': [timestamp] },
        }),
        secrets: [publicKey],
      });
      expect(ours.ok).toBe(await verifyKey(text, given, timestamp, publicKey));
      verdicts.push(ours.ok);
    }
    expect(verdicts).toEqual([true, false, false, false]);
  });

  it('published by third parties are reproduced', async () => {
    const key = ['79b5562e8fe654f94078b112e8a98ba7', '901f853ae695bed7e0e3910bad049664'].join('');
    const verification = await discord.verify({
      request: request({
        rawBody: Buffer.from('{"type":1}'),
        headers: {
          'x-signature-ed25519': [
            '50db4086e890c41c26b539f0dd95af18b4d8b03d2f4203964d238b4946943ee2cc6fd52c47ddb355d267086a8c4e299d1054d3d655dba6e0f237a779f634800d',
          ],
          'x-signature-timestamp': ['1610000000'],
        },
      }),
      secrets: [key],
    });
    expect(verification).toEqual({ ok: true, secretIndex: 0 });
  });

  it('need a key of 64 hexadecimal digits', () => {
    expect(discord.checkSecret(publicKey)).toBeUndefined();
    for (const key of ['', publicKey.slice(2), `${publicKey.slice(2)}zz`]) {
      expect(discord.checkSecret(key)).toEqual(expect.any(String));
    }
  });
});
