import { verifyStandardWebhook } from '@hookline/signing';
import { expect, test } from 'vitest';
import type { AlertMessage } from '../alert-message.ts';
import { channelRequest } from './channel-request.ts';
import { emailText } from './email-text.ts';

const message: AlertMessage = {
  kind: 'firing',
  alertId: 'alt_1',
  ruleId: 'alr_1',
  ruleName: 'Orders <prod>',
  type: 'endpoint_failing',
  subject: { type: 'endpoint', id: 'ep_1', name: 'Orders', userId: 'acme' },
  value: { failures: 3 },
  since: '2026-12-01T12:00:00.000Z',
  firedAt: '2026-12-01T12:01:00.000Z',
  endedAt: null,
  at: '2026-12-01T12:01:00.000Z',
  title: '[Firing] Orders <prod>',
  text: 'The endpoint "Orders" has failed 3 times in a row & more.',
  nextStep: 'Mend the *receiver*.',
  link: 'https://hooks.example.com/api/alerts/alt_1',
};
const attempt = { id: 'aln_1', timestampSeconds: 1_700_000_000 };
const bodyOf = (text: string | undefined) => JSON.parse(text ?? '');
const url = 'https://chat.example.com/hook';

test('Slack gets text for notifications, and a section with the link, without mentions', () => {
  const request = channelRequest({ type: 'slack', name: 'slack', url }, message, attempt);
  expect(request).toMatchObject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
  expect(bodyOf(request.body)).toEqual({
    text: '[Firing] Orders &lt;prod&gt;: The endpoint "Orders" has failed 3 times in a row &amp; more.',
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: [
            '*[Firing] Orders &lt;prod&gt;*',
            'The endpoint "Orders" has failed 3 times in a row &amp; more.',
            'Mend the *receiver*.',
            '<https://hooks.example.com/api/alerts/alt_1|Open the alert>',
          ].join('\n'),
        },
      },
    ],
  });
});

test('a name with a masked link in it is no link in Discord', () => {
  const named = { ...message, title: '[Hookline](https://evil.example)' };
  const request = channelRequest({ type: 'discord', name: 'discord', url }, named, attempt);
  expect(bodyOf(request.body).embeds[0].title).toBe('\\[Hookline\\]\\(https://evil.example\\)');
});

test('a title that is longer when it is escaped is cut to what Discord accepts', () => {
  const named = { ...message, title: `[Firing] ${'_'.repeat(200)}` };
  const request = channelRequest({ type: 'discord', name: 'discord', url }, named, attempt);
  expect(bodyOf(request.body).embeds[0].title).toBe(`\\[Firing\\] ${'\\_'.repeat(122)}\\`);
});

test('Discord gets an embed in the color of the state, and mentions nobody', () => {
  const request = channelRequest({ type: 'discord', name: 'discord', url }, message, attempt);
  expect(bodyOf(request.body)).toEqual({
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: '\\[Firing\\] Orders \\<prod\\>',
        description: 'The endpoint "Orders" has failed 3 times in a row & more.\nMend the \\*receiver\\*.',
        url: message.link,
        color: 0xd32f2f,
        timestamp: message.at,
      },
    ],
  });
});

test('Teams gets an Adaptive Card with a button, and without the button if there is no link', () => {
  const request = channelRequest({ type: 'teams', name: 'teams', url }, message, attempt);
  const [attachment] = bodyOf(request.body).attachments;
  expect(attachment).toEqual({
    contentType: 'application/vnd.microsoft.card.adaptive',
    contentUrl: null,
    content: {
      $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
      type: 'AdaptiveCard',
      version: '1.4',
      body: [
        {
          type: 'TextBlock',
          text: '\\[Firing\\] Orders <prod>',
          wrap: true,
          weight: 'bolder',
          size: 'medium',
          color: 'attention',
        },
        { type: 'TextBlock', text: message.text, wrap: true },
        { type: 'TextBlock', text: 'Mend the \\*receiver\\*.', wrap: true },
      ],
      actions: [{ type: 'Action.OpenUrl', title: 'Open the alert', url: message.link }],
    },
  });
  const bare = channelRequest(
    { type: 'teams', name: 'teams', url },
    { ...message, link: null, nextStep: null },
    attempt,
  );
  const { content } = bodyOf(bare.body).attachments[0];
  expect([content.actions, content.body.length]).toEqual([undefined, 2]);
});

test('a webhook gets the event, signed by its secret, with its own headers', () => {
  const secret = `whsec_${Buffer.alloc(32, 's').toString('base64')}`;
  const request = channelRequest(
    { type: 'webhook', name: 'hook', url, headers: { 'x-team': 'a' }, secret },
    message,
    attempt,
  );
  expect(bodyOf(request.body)).toMatchObject({
    id: 'aln_1',
    type: 'hookline.alert.firing',
    timestamp: message.at,
    data: {
      alertId: 'alt_1',
      ruleId: 'alr_1',
      type: 'endpoint_failing',
      state: 'firing',
      subject: message.subject,
      text: message.text,
      link: message.link,
    },
  });
  expect(request.headers).toMatchObject({
    'x-team': 'a',
    'webhook-id': 'aln_1',
    'webhook-timestamp': '1700000000',
    'x-webhook-event': 'hookline.alert.firing',
  });
  verifyStandardWebhook({
    headers: request.headers,
    body: Buffer.from(request.body ?? ''),
    secrets: [secret],
    nowMs: attempt.timestampSeconds * 1_000,
  });
});

test('a template gets its values escaped for JSON, and in the query of its address', () => {
  const request = channelRequest(
    {
      type: 'http',
      name: 'sms',
      method: 'POST',
      url: 'https://sms.example.com/send?tag={{rule}}',
      headers: { authorization: 'Bearer t', 'Content-Type': 'application/json' },
      body: '{"to":"+100","text":"{{text}}","who":"{{subject}} of {{userId}}"}',
    },
    { ...message, text: 'A "quoted"\nline' },
    attempt,
  );
  expect(request.url).toBe('https://sms.example.com/send?tag=Orders%20%3Cprod%3E');
  expect(request.headers).toEqual({ authorization: 'Bearer t', 'content-type': 'application/json' });
  expect(bodyOf(request.body)).toEqual({ to: '+100', text: 'A "quoted"\nline', who: 'Orders of acme' });
});

test('a template of a form gets its values escaped for a form, and one of GET has no body', () => {
  const form = channelRequest(
    {
      type: 'http',
      name: 'sms',
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'To=%2B100&Body={{title}}&State={{state}}',
    },
    message,
    attempt,
  );
  expect(form.body).toBe('To=%2B100&Body=%5BFiring%5D%20Orders%20%3Cprod%3E&State=firing');
  const get = channelRequest(
    { type: 'http', name: 'sms', method: 'GET', url: `${url}?t={{state}}&a=b`, headers: {}, body: '' },
    message,
    attempt,
  );
  expect(get).toEqual({ method: 'GET', url: `${url}?t=firing&a=b`, headers: {}, body: undefined });
});

test('an e-mail has one sentence, what to do, the link and the facts', () => {
  expect(emailText(message)).toEqual({
    subject: '[Firing] Orders <prod>',
    text: `The endpoint "Orders" has failed 3 times in a row & more.

What to do: Mend the *receiver*.

https://hooks.example.com/api/alerts/alt_1

Tenant: acme
Since: 2026-12-01T12:00:00.000Z
`,
  });
});
