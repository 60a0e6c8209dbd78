import { createSign } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const topicArn = 'arn:aws:sns:eu-central-1:123456789012:orders';
const certificateUrl =
  'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem';
/** The package is loaded here, so that a program may have this file and not the package. */
const { generate } = await import('selfsigned');
const certificate = async () =>
  await generate([{ name: 'commonName', value: 'sns.amazonaws.com' }], {
    keySize: 2048,
    notBeforeDate: new Date('2020-01-01T00:00:00Z'),
    notAfterDate: new Date('2040-01-01T00:00:00Z'),
  });
const [known, stranger] = [await certificate(), await certificate()];
const token = Buffer.alloc(128, 0x2f).toString('hex');
const subscribeUrl = `https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`;
const notification = {
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: topicArn,
  Message: 'Order 42 was paid',
  Timestamp: '2026-05-24T11:08:56.000Z',
};
const confirmation = {
  ...notification,
  Type: 'SubscriptionConfirmation',
  Message: 'You have chosen to subscribe to the topic.',
  SubscribeURL: subscribeUrl,
  Token: token,
};

/** Signed are the members that are there, by name, each with its name in front. */
const sign = ({ body, secret }: Unsigned, version: string, algorithm: string): Signed => {
  const unsigned = JSON.parse(body.toString()) as Record<string, string>;
  const text = Object.keys(unsigned)
    .sort()
    .map((name) => `${name}\n${unsigned[name]}\n`)
    .join('');
  const key = secret === 'the key of the certificate' ? known.private : stranger.private;
  return {
    headers: {
      'x-amz-sns-message-id': '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
      'x-amz-sns-message-type': String(unsigned['Type']),
      'x-amz-sns-topic-arn': topicArn,
    },
    body: Buffer.from(
      JSON.stringify({
        ...unsigned,
        SignatureVersion: version,
        Signature: createSign(algorithm).update(text).sign(key, 'base64'),
        SigningCertURL: certificateUrl,
        UnsubscribeURL: 'https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe',
      }),
    ),
  };
};

export const oracle: Oracle = {
  provider: 'aws-sns',
  source:
    'https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html; github.com/aws/aws-js-sns-message-validator; github.com/aws/aws-php-sns-message-validator',
  secrets: ['the key of the certificate', 'the key of a stranger'],
  options: { topicArn },
  covers: 'part',
  covered: 'Order 42 was paid',
  signatureHeaders: [],
  body: JSON.stringify({ ...notification, Subject: 'Orders' }),
  contentType: 'text/plain; charset=UTF-8',
  published: {
    [certificateUrl]: known.cert,
    [subscribeUrl]: `<ConfirmSubscriptionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ConfirmSubscriptionResult><SubscriptionArn>${topicArn}:0f1e2d3c</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>`,
  },
  variants: {
    'version 1, with SHA-1': (unsigned) => sign(unsigned, '1', 'RSA-SHA1'),
    'without a subject': (unsigned) =>
      sign({ ...unsigned, body: Buffer.from(JSON.stringify(notification)) }, '2', 'RSA-SHA256'),
    'the confirmation of a subscription': (unsigned) =>
      sign({ ...unsigned, body: Buffer.from(JSON.stringify(confirmation)) }, '2', 'RSA-SHA256'),
  },
  sign: (unsigned) => sign(unsigned, '2', 'RSA-SHA256'),
};
