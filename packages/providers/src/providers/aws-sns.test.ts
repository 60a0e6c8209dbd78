import { type KeyObject, sign } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCertificate } from '../../fixtures/certificate.ts';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { awsSns } from './aws-sns.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:orders';
const CERTIFICATE = 'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-abc123.pem';
const CONFIRM = `https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37`;
const NOW_MS = NOW_SECONDS * 1000;

let certificate: { pem: Buffer; privateKey: KeyObject };
beforeAll(async () => {
  certificate = await createCertificate(NOW_MS - 86_400_000, NOW_MS + 86_400_000);
});
const fetched: string[] = [];
beforeEach(() => {
  fetched.length = 0;
});

const NOTIFICATION = {
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: TOPIC,
  Subject: 'My First Message',
  Message: 'Hello\nworld!',
  Timestamp: '2012-05-02T00:54:06.655Z',
  SignatureVersion: '2',
  SigningCertURL: CERTIFICATE,
  UnsubscribeURL: 'https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe',
};
const CONFIRMATION = {
  Type: 'SubscriptionConfirmation',
  MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
  Token: '2336412f37',
  TopicArn: TOPIC,
  Message: 'You have chosen to subscribe to the topic.',
  SubscribeURL: CONFIRM,
  Timestamp: '2012-04-26T20:45:04.751Z',
  SignatureVersion: '1',
  SigningCertURL: CERTIFICATE,
};
type Message = Record<string, unknown>;

/** As documented by Amazon: alternating names and values, each with a line break. */
function signed(message: Message, key = certificate.privateKey): Message {
  const names =
    message['Type'] === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = names
    .filter((name) => message[name] !== undefined)
    .map((name) => `${name}\n${message[name]}\n`)
    .join('');
  const hash = message['SignatureVersion'] === '1' ? 'sha1' : 'sha256';
  return { ...message, Signature: sign(hash, Buffer.from(text), key).toString('base64') };
}

const receive = (
  message: Message,
  options: Record<string, string> = { topicArn: TOPIC },
  fetchPublished = async (url: string): Promise<Buffer> => {
    fetched.push(url);
    return url.endsWith('.pem') ? certificate.pem : Buffer.from('<ConfirmSubscriptionResponse/>');
  },
) =>
  receiveWebhook(awsSns, {
    request: request({
      rawBody: Buffer.from(JSON.stringify(message)),
      headers: { 'content-type': ['text/plain; charset=UTF-8'] },
    }),
    secrets: [],
    options,
    fetchPublished,
  });

describe('a notification', () => {
  it.each(['1', '2'])('signed as version %s is an event', async (SignatureVersion) => {
    expect(await receive(signed({ ...NOTIFICATION, SignatureVersion }))).toMatchObject({
      kind: 'events',
      events: [
        {
          type: 'aws-sns.notification',
          source: '/aws-sns/123456789012/eu-central-1/orders',
          subject: 'My First Message',
          deliveryId: NOTIFICATION.MessageId,
          timeMs: Date.UTC(2012, 4, 2, 0, 54, 6, 655),
        },
      ],
    });
    expect(fetched).toEqual([CERTIFICATE]);
  });

  it('may have no subject', async () => {
    expect(await receive(signed({ ...NOTIFICATION, Subject: undefined }))).toMatchObject({ kind: 'events' });
  });

  it.each(['Message', 'MessageId', 'Subject', 'Timestamp', 'Type'])(
    'with another %s is refused',
    async (name) => {
      const changed = {
        ...signed(NOTIFICATION),
        [name]: name === 'Type' ? 'UnsubscribeConfirmation' : 'other',
      };
      expect(await receive(changed)).toMatchObject({ kind: 'rejected', rejection: { status: 401 } });
    },
  );

  it('with another key’s signature is refused', async () => {
    const other = await createCertificate(NOW_MS - 1000, NOW_MS + 86_400_000);
    expect(await receive(signed(NOTIFICATION, other.privateKey))).toMatchObject({
      rejection: { code: 'invalid_signature' },
    });
  });

  it('of another topic is refused, even with a valid signature', async () => {
    const message = signed({ ...NOTIFICATION, TopicArn: `${TOPIC}2` });
    expect(await receive(message)).toMatchObject({ rejection: { code: 'unexpected_sender', status: 401 } });
  });

  it('without a signature, as from raw delivery, is refused', async () => {
    for (const message of [NOTIFICATION, { hello: 1 }, { ...signed(NOTIFICATION), Message: { a: 1 } }]) {
      expect(await receive(message)).toMatchObject({ rejection: { status: 401 } });
    }
    expect(await receive({ ...signed(NOTIFICATION), SignatureVersion: '3' })).toMatchObject({
      rejection: { code: 'malformed_signature' },
    });
  });
});

describe('the certificate', () => {
  it.each([
    'http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-abc123.pem',
    'https://sns.eu-central-1.amazonaws.com.example.com/a.pem',
    'https://example.com/sns.eu-central-1.amazonaws.com/a.pem',
    'https://evil.sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com:8443/a.pem',
    'https://sns.eu-central-1.amazonaws.com@example.com/a.pem',
    'https://bucket.s3.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com/a.txt',
    'https://sns.eu-central-1.amazonaws.com/a.pem?b.pem',
    'a.pem',
    undefined,
  ])('is not fetched from %s', async (SigningCertURL) => {
    expect(await receive(signed({ ...NOTIFICATION, SigningCertURL }))).toMatchObject({
      rejection: { status: 401 },
    });
    expect(fetched).toEqual([]);
  });

  it('that is not valid at that time is refused', async () => {
    const old = await createCertificate(NOW_MS - 90_000_000, NOW_MS - 1000);
    const reception = await receive(signed(NOTIFICATION, old.privateKey), undefined, async () => old.pem);
    expect(reception).toMatchObject({ rejection: { code: 'invalid_signature' } });
  });

  it('that cannot be fetched, or is not a certificate, is answered with 503', async () => {
    for (const fetchPublished of [
      () => Promise.reject(new Error('no route')),
      async () => Buffer.from('<html>'),
    ]) {
      expect(await receive(signed(NOTIFICATION), undefined, fetchPublished)).toMatchObject({
        rejection: { code: 'keys_unavailable', status: 503 },
      });
    }
  });
});

describe('the confirmation request of a subscription', () => {
  it('is confirmed for the topic of the source, and becomes an event', async () => {
    expect(await receive(signed(CONFIRMATION))).toMatchObject({
      events: [{ type: 'aws-sns.subscription_confirmation' }],
    });
    expect(fetched).toEqual([CERTIFICATE, CONFIRM]);
  });

  it.each([
    ['for another topic', { TopicArn: `${TOPIC}2`, SubscribeURL: CONFIRM.replace('orders', 'orders2') }],
    ['with the address of another topic', { SubscribeURL: CONFIRM.replace('orders', 'orders2') }],
    ['with an address elsewhere', { SubscribeURL: CONFIRM.replace('sns.eu', 'evil.eu') }],
    ['with another action', { SubscribeURL: CONFIRM.replace('ConfirmSubscription', 'DeleteTopic') }],
  ])('is not answered %s', async (_name, changes) => {
    expect(await receive(signed({ ...CONFIRMATION, ...changes }))).toMatchObject({
      rejection: { code: 'unexpected_sender' },
    });
    expect(fetched).toEqual([CERTIFICATE]);
  });

  it('is not confirmed if it is forged', async () => {
    expect(await receive({ ...signed(CONFIRMATION), SubscribeURL: `${CONFIRM}1` })).toMatchObject({
      rejection: { code: 'invalid_signature' },
    });
    expect(fetched).toEqual([CERTIFICATE]);
  });

  it('is refused if SNS does not answer, so that SNS repeats it', async () => {
    const reception = await receive(signed(CONFIRMATION), undefined, async (url) => {
      if (url === CONFIRM) throw new Error(`no answer from ${url}`);
      return certificate.pem;
    });
    expect(reception).toMatchObject({ rejection: { code: 'keys_unavailable', status: 503 } });
    expect(JSON.stringify(reception)).not.toContain(CONFIRMATION.Token);
  });
});

it('needs its topic, and no secret', async () => {
  expect(await receive(signed(NOTIFICATION), {})).toMatchObject({ rejection: { code: 'missing_option' } });
  expect(awsSns.options?.['topicArn']?.check?.('orders')).toContain('ARN');
  expect(awsSns.options?.['topicArn']?.check?.(TOPIC)).toBeUndefined();
  expect(awsSns.secret).toBe('none');
});
