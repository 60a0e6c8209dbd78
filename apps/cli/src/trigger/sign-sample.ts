import { ORACLE_LOADERS, type Oracle } from '@hookline/providers/oracles';
import type { Sample } from '@hookline/providers/samples';
import { signStandardWebhook } from '@hookline/signing';
import type { LocalRequest } from '../listen/local-request.ts';
import { freshIds, likeText, replaceIds } from './fresh-ids.ts';

export interface SampleToSign {
  sample: Sample;
  /** The source's address. */
  url: string;
  secret: string;
  nowMs: number;
  /** Keep the sample's own ids: Hookline then recognises a second one as a repeat. */
  keepsIds: boolean;
}

/** Providers that sign with a key that they publish themselves: nobody else can sign for them. */
export const PUBLISHED_KEYS: ReadonlySet<string> = new Set([
  'aws-sns',
  'constant-contact',
  'fal',
  'fireblocks',
  'gmail',
  'kinde',
  'neon-auth',
  'paypal',
  'shipstation',
  'travis',
]);

/**
 * Providers whose secret cannot be made up: the public half of a key pair, whose other half signs, or an id of the
 * sample. The signer has it: `oracle.secrets[0]`, which may be another one in each process.
 */
export const SIGNERS_SECRET: ReadonlySet<string> = new Set([
  'alipay',
  'bridge-xyz',
  'circle',
  'discord',
  'ebay',
  'fusionauth',
  'keygen',
  'plaid',
  'sendgrid',
  'telnyx',
  'token-io',
  'utila',
  'wise',
]);

/** Samples whose form the signer does not know, by their titles. `*`: all of the provider. */
const UNSIGNED: Readonly<Record<string, readonly string[]>> = {
  braintree: ['A dispute was opened'],
  favro: ['*'],
  forgejo: ['An issue was assigned, as a form'],
  framer: ['*'],
  gitea: ['An issue was assigned, as a form'],
  gogs: ['An issue was opened, as a form'],
  paymob: ['A card token'],
  praxis: ['*'],
  salesforce: ['*'],
  segment: ['A batch of visitor events'],
  twilio: ['Two events of Event Streams'],
  wix: ['*'],
};

/** Whether a sample can be signed as its provider does. */
export function canSign(provider: string, sample: Sample): boolean {
  if (PUBLISHED_KEYS.has(provider) || !Object.hasOwn(ORACLE_LOADERS, provider)) return false;
  const unsigned = UNSIGNED[provider] ?? [];
  return !unsigned.includes('*') && !unsigned.includes(sample.title);
}

/** How a provider signs. @returns undefined if it is not known, or nobody else can sign for it */
export async function loadSigner(provider: string): Promise<Oracle | undefined> {
  if (PUBLISHED_KEYS.has(provider) || !Object.hasOwn(ORACLE_LOADERS, provider)) return undefined;
  return (await ORACLE_LOADERS[provider]?.())?.oracle;
}

/** A sample as its provider would send it now. */
export function signSample(
  oracle: Oracle,
  { sample, url, secret, nowMs, keepsIds }: SampleToSign,
): LocalRequest {
  const ids = keepsIds
    ? new Map<string, string>()
    : freshIds(sample.events.flatMap(({ deliveryId }) => (deliveryId === undefined ? [] : [deliveryId])));
  const { method = 'POST', contentType = 'application/json', query = '' } = sample;
  const body =
    method === 'GET'
      ? Buffer.alloc(0)
      : Buffer.from(replaceIds(unsignedBody(oracle.provider, sample, contentType, nowMs), ids));
  const called = query === '' ? url : `${url}?${replaceIds(query, ids)}`;
  // Providers sign whole seconds.
  const unsigned = { body, method, nowMs: Math.floor(nowMs / 1_000) * 1_000, secret };
  // A provider that signs in the address begins with the bare one: what the sample's query has is the signature.
  const bare = oracle.sign({ ...unsigned, url });
  const signed = bare.url === undefined ? oracle.sign({ ...unsigned, url: called }) : bare;
  const covered = new Set(oracle.signatureHeaders);
  const headers = new Map<string, string | readonly string[]>([['content-type', contentType]]);
  for (const [name, value] of Object.entries(signed.headers)) if (covered.has(name)) headers.set(name, value);
  for (const [name, value] of Object.entries(sample.headers ?? {}))
    if (!covered.has(name)) headers.set(name, replaceIds(value, ids));
  const finalBody = signed.body ?? body;
  if (!keepsIds) signAgain(headers, finalBody, secret);
  return {
    method,
    url: signed.url ?? called,
    headers: [...headers].flatMap(([name, value]) => [value].flat().map((text) => [name, text] as const)),
    body: finalBody,
  };
}

/** Signers of the Standard Webhooks family have one id each. Another id makes another event. */
function signAgain(headers: Map<string, string | readonly string[]>, body: Uint8Array, secret: string): void {
  for (const prefix of ['webhook', 'svix']) {
    const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map((part) =>
      headers.get(`${prefix}-${part}`),
    );
    if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string') continue;
    if (!signature.startsWith('v1,') || !secret.startsWith('whsec_')) continue;
    const message = { timestampSeconds: Number(timestamp), body: [body], secrets: [secret] };
    // Only if this is how the provider signs.
    if (signStandardWebhook({ ...message, id }) !== signature) continue;
    const fresh = likeText(id);
    headers.set(`${prefix}-id`, fresh);
    headers.set(`${prefix}-signature`, signStandardWebhook({ ...message, id: fresh }));
  }
}

/** Fields of a sample's body in whose place its signature comes. */
const SIGNED_FIELDS: Readonly<Record<string, string>> = {
  cloudsignal: 'apikey',
  mailgun: 'signature',
  'paypro-global': 'SIGNATURE',
};

function unsignedBody(provider: string, { body }: Sample, contentType: string, nowMs: number): string {
  const signedField = SIGNED_FIELDS[provider];
  if (typeof body === 'string' && !/\bjson\b/.test(contentType)) {
    if (signedField === undefined) return body;
    const fields = new URLSearchParams(body);
    fields.delete(signedField);
    return fields.toString();
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return JSON.stringify(body);
  const fields: Record<string, unknown> = { ...body };
  if (signedField !== undefined) delete fields[signedField];
  // The time of the signature is in the body.
  if (provider === 'linear') fields['webhookTimestamp'] = nowMs;
  return JSON.stringify(fields);
}
