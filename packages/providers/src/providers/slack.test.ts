import { describe, expect, it } from 'vitest';
import { repeatKeyOf } from '../../fixtures/repeat-key-of.ts';
import { NOW_SECONDS, request, signedRequest, signerOf } from '../../fixtures/signed-request.ts';
import { type InboundRequest, type NormalizedEvent, type Reception, receiveWebhook } from '../index.ts';
import { slack } from './slack.ts';

const signer = signerOf('slack');
const secrets = [signer.secrets[0]];
const FORM = { 'content-type': ['application/x-www-form-urlencoded'] };

const receive = (signed: InboundRequest) => receiveWebhook(slack, { request: signed, secrets });
const receiveJson = (body: unknown) => receive(signedRequest(signer, JSON.stringify(body)));
const receiveForm = (fields: Record<string, string>) =>
  receive(signedRequest(signer, new URLSearchParams(fields).toString(), { headers: FORM }));

function onlyEvent(reception: Reception): NormalizedEvent {
  if (reception.kind !== 'events') throw new Error(`Expected events, got ${JSON.stringify(reception)}`);
  expect(reception.events).toHaveLength(1);
  return reception.events[0] as NormalizedEvent;
}

describe('url_verification', () => {
  const body = {
    token: 'x',
    challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P',
    type: 'url_verification',
  };

  it('is answered with the challenge and stores no event', async () => {
    expect(await receiveJson(body)).toEqual({
      kind: 'answered',
      reason: 'slack_url_verification',
      answer: {
        status: 200,
        headers: { 'content-type': 'application/json; charset=utf-8', 'x-content-type-options': 'nosniff' },
        body: `{"challenge":"${body.challenge}"}`,
      },
    });
  });

  it('is not answered without a signature, or with another key’s', async () => {
    const rawBody = Buffer.from(JSON.stringify(body));
    expect(await receive(request({ rawBody }))).toMatchObject({
      kind: 'rejected',
      rejection: { status: 401 },
    });
    const forged = signedRequest(signer, rawBody, { secret: 'another key' });
    expect(await receive(forged)).toMatchObject({ rejection: { code: 'invalid_signature' } });
  });

  it('without a challenge, or with a very long one, is refused', async () => {
    for (const challenge of [undefined, '', 7, 'x'.repeat(513)]) {
      expect(await receiveJson({ ...body, challenge })).toMatchObject({
        rejection: { code: 'malformed_handshake' },
      });
    }
  });
});

describe('ssl_check', () => {
  it('is answered without a signature and stores no event', async () => {
    const unsigned = request({
      headers: FORM,
      rawBody: Buffer.from('ssl_check=1&token=x&command=%2Fdeploy'),
    });
    expect(await receive(unsigned)).toEqual({
      kind: 'answered',
      reason: 'slack_ssl_check',
      answer: { status: 200, headers: {}, body: '' },
    });
  });

  it('does not exempt any other request from its signature', async () => {
    for (const rawBody of [
      'ssl_check=0&command=%2Fdeploy',
      'text=ssl_check%3D1',
      'ssl_check=1&ssl_check=1',
    ]) {
      expect(await receive(request({ headers: FORM, rawBody: Buffer.from(rawBody) }))).toMatchObject({
        kind: 'rejected',
      });
    }
    expect(await receive(request({ rawBody: Buffer.from('ssl_check=1') }))).toMatchObject({
      kind: 'rejected',
    });
  });
});

describe('the answer to the sender', () => {
  const publicMessage = async (signed: InboundRequest) => {
    const reception = await receive(signed);
    return (
      reception.kind === 'rejected' && `${reception.rejection.status} ${reception.rejection.publicMessage}`
    );
  };
  const signed = signedRequest(signer, '{"type":"event_callback","event":{"type":"message"}}');
  const without = (header: string) => ({ ...signed, headers: { ...signed.headers, [header]: undefined } });

  it('says "too old" if the timestamp is missing or old, whatever the signature', async () => {
    expect(await publicMessage(without('x-slack-request-timestamp'))).toBe('401 Request timestamp too old');
    expect(await publicMessage({ ...signed, headers: {} })).toBe('401 Request timestamp too old');
    expect(await publicMessage({ ...signed, receivedAtMs: (NOW_SECONDS + 301) * 1000 })).toBe(
      '401 Request timestamp too old',
    );
    for (const signature of [undefined, ['v0=invalid'], [`v0=${'0'.repeat(64)}`]]) {
      const headers = { ...signed.headers, 'x-slack-signature': signature };
      expect(await publicMessage({ ...signed, headers, receivedAtMs: (NOW_SECONDS + 301) * 1000 })).toBe(
        '401 Request timestamp too old',
      );
    }
  });

  it('says "in the future" if the timestamp is in the future', async () => {
    expect(await publicMessage({ ...signed, receivedAtMs: (NOW_SECONDS - 301) * 1000 })).toBe(
      '401 Request timestamp in the future',
    );
  });

  it('otherwise says that the signature is invalid', async () => {
    expect(await publicMessage({ ...signed, rawBody: Buffer.from('{}') })).toBe('401 Invalid signature');
    const malformed = { ...signed.headers, 'x-slack-signature': ['v0=invalid'] };
    expect(await publicMessage({ ...signed, headers: malformed })).toBe('401 Invalid signature');
    expect(await publicMessage(without('x-slack-signature'))).toBe('401 Invalid signature');
  });
});

describe('events', () => {
  const message = {
    token: 'x',
    team_id: 'T061EG9R6',
    api_app_id: 'A0MDYCDME',
    event: {
      type: 'message',
      channel: 'C2147483705',
      user: 'U2147483697',
      text: 'Hi',
      ts: '1355517523.000005',
      event_ts: '1355517523.000005',
    },
    type: 'event_callback',
    event_id: 'Ev0MDYHUEL',
    event_time: 1355517520,
  };

  it('a message', async () => {
    const signed = signedRequest(signer, JSON.stringify(message));
    const event = onlyEvent(await receive(signed));
    expect(event).toEqual({
      type: 'slack.message',
      source: '/slack/T061EG9R6',
      subject: 'C2147483705',
      timeMs: 1355517523000,
      deliveryId: 'Ev0MDYHUEL',
      dedupeFields: ['message', '1355517523.000005'],
      payload: signed.rawBody,
    });
  });

  it.each([
    [
      'a subtype is the action',
      { event: { ...message.event, subtype: 'message_changed' } },
      { action: 'message_changed' },
    ],
    [
      'the channel of what was reacted to',
      { event: { type: 'reaction_added', item: { type: 'message', channel: 'C1' } } },
      { type: 'slack.reaction_added', subject: 'C1' },
    ],
    [
      'a channel that is an object',
      { event: { type: 'channel_created', channel: { id: 'C2' } } },
      { subject: 'C2' },
    ],
    ['a channel by its id', { event: { type: 'file_shared', channel_id: 'C3' } }, { subject: 'C3' }],
    ['event_time where the event has none', { event: { type: 'team_join' } }, { timeMs: 1355517520000 }],
    ['an enterprise without a team', { team_id: null, enterprise_id: 'E1' }, { source: '/slack/E1' }],
  ])('%s', async (_name, changes, expected) => {
    expect(onlyEvent(await receiveJson({ ...message, ...changes }))).toMatchObject(expected);
  });

  it('a retry with a new signature and other headers is recognised', async () => {
    const rawBody = JSON.stringify(message);
    const first = onlyEvent(await receive(signedRequest(signer, rawBody)));
    const retry = signedRequest(signer, rawBody, {
      seconds: NOW_SECONDS + 60,
      headers: { 'x-slack-retry-num': ['1'], 'x-slack-retry-reason': ['http_timeout'] },
    });
    expect(repeatKeyOf('slack', onlyEvent(await receive(retry)))).toBe(repeatKeyOf('slack', first));
  });

  it('a rate limit notice is an event too', async () => {
    const limited = {
      type: 'app_rate_limited',
      team_id: 'T1',
      minute_rate_limited: 1518467820,
      api_app_id: 'A1',
    };
    expect(onlyEvent(await receiveJson(limited))).toMatchObject({
      type: 'slack.app_rate_limited',
      timeMs: 1518467820000,
      dedupeFields: ['app_rate_limited', '1518467820'],
    });
  });
});

describe('forms', () => {
  it('an interaction is the JSON in payload', async () => {
    const payload = JSON.stringify({
      type: 'block_actions',
      team: { id: 'T1' },
      channel: { id: 'C1' },
      trigger_id: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
      actions: [{ action_id: 'approve', action_ts: '1548426417.840180' }],
      big: 1,
    }).replace('"big":1', '"big":9007199254740993');
    const event = onlyEvent(await receiveForm({ payload }));
    expect(event).toMatchObject({
      type: 'slack.block_actions',
      source: '/slack/T1',
      subject: 'C1',
      action: 'approve',
      timeMs: 1548426417840,
      deliveryId: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
    });
    expect(event.payload.toString()).toBe(payload);
  });

  it('an interaction without an id is never a repeat: a person may type the same twice', async () => {
    const event = onlyEvent(
      await receiveForm({
        payload: JSON.stringify({ type: 'block_suggestion', team: { id: 'T1' }, value: 'a' }),
      }),
    );
    expect(event.deliveryId).toBeUndefined();
    expect(repeatKeyOf('slack', event)).toBeUndefined();
  });

  it('a slash command becomes JSON', async () => {
    const fields = {
      team_id: 'T1',
      channel_id: 'C1',
      command: '/deploy',
      text: 'now & here',
      trigger_id: '1.2.x',
      __proto__x: '1',
    };
    const event = onlyEvent(await receiveForm(fields));
    expect(event).toMatchObject({
      type: 'slack.slash_command',
      source: '/slack/T1',
      subject: 'C1',
      action: '/deploy',
      deliveryId: '1.2.x',
    });
    expect(JSON.parse(event.payload.toString())).toEqual(fields);
  });

  it('any other form is refused', async () => {
    expect(await receiveForm({ text: 'x' })).toMatchObject({
      rejection: { code: 'missing_form_payload', status: 400 },
    });
    expect(await receiveForm({ payload: 'x' })).toMatchObject({ rejection: { code: 'malformed_body' } });
  });
});

it('waits no longer than Slack does', async () => {
  expect(slack.answer).toMatchObject({ status: 200, deadlineMs: 3000 });
});
