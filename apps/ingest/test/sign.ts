import { createHmac, randomUUID } from 'node:crypto';

/** A provider's request. */
export interface SignedRequest {
  headers: Record<string, string>;
  body: Buffer;
}

export interface SignOptions {
  secret: string;
  body: string | Buffer;
  /** The provider's id of the delivery. Default: a new id. */
  id?: string;
  /** For GitHub: the name of the event. */
  event?: string;
  /** The time of the signature, in ms since 1970. Default: now. */
  atMs?: number;
  contentType?: string;
}

const hex = (secret: string, ...parts: (string | Buffer)[]) => {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
};
const seconds = (atMs: number | undefined) => String(Math.floor((atMs ?? Date.now()) / 1000));

export function signGithub({ secret, body, id, event, contentType }: SignOptions): SignedRequest {
  return {
    headers: {
      'content-type': contentType ?? 'application/json',
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-event': event ?? 'push',
      'x-github-delivery': id ?? randomUUID(),
      'x-hub-signature-256': `sha256=${hex(secret, body)}`,
    },
    body: Buffer.from(body),
  };
}

export function signSlack({ secret, body, atMs, contentType }: SignOptions): SignedRequest {
  const timestamp = seconds(atMs);
  return {
    headers: {
      'content-type': contentType ?? 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${hex(secret, `v0:${timestamp}:`, body)}`,
    },
    body: Buffer.from(body),
  };
}

export function signStripe({ secret, body, atMs }: SignOptions): SignedRequest {
  const timestamp = seconds(atMs);
  return {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'stripe-signature': `t=${timestamp},v1=${hex(secret, `${timestamp}.`, body)}`,
    },
    body: Buffer.from(body),
  };
}

export function signMeta({ secret, body }: SignOptions): SignedRequest {
  return {
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${hex(secret, body)}` },
    body: Buffer.from(body),
  };
}

/** @param prefix the prefix of the headers: `svix` for Clerk, `webhook` for Standard Webhooks */
export function signStandardWebhook(prefix: string, options: SignOptions): SignedRequest {
  const { secret, body, atMs } = options;
  const id = options.id ?? `msg_${randomUUID()}`;
  const timestamp = seconds(atMs);
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return {
    headers: {
      'content-type': 'application/json',
      [`${prefix}-id`]: id,
      [`${prefix}-timestamp`]: timestamp,
      [`${prefix}-signature`]: `v1,${signature}`,
    },
    body: Buffer.from(body),
  };
}
