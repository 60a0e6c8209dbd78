import {
  getProvider,
  type InboundRequest,
  listProviders,
  type Provider,
  receiveWebhook,
} from '@hookline/providers';
import { listSamples, type Sample } from '@hookline/providers/samples';
import { describe, expect, test } from 'vitest';
import type { LocalRequest } from '../listen/local-request.ts';
import { likeSecret } from './made-up-secret.ts';
import { canSign, loadSigner, SIGNERS_SECRET, signSample } from './sign-sample.ts';

const NOW_MS = 1_700_000_000_000;
const ADDRESS = 'https://hooks.example.com/in/1';
const withSamples = listProviders().filter(({ id }) => listSamples(id).length > 0);

/** How ingest receives the request. */
async function receive(
  provider: Provider,
  { method, url, headers, body }: LocalRequest,
  secret: string,
  options: Readonly<Record<string, string>>,
) {
  const grouped: Record<string, string[]> = {};
  for (const [name, value] of headers) grouped[name] = [...(grouped[name] ?? []), value];
  const request: InboundRequest = {
    method,
    url,
    query: new URL(url).searchParams,
    headers: grouped,
    rawBody: Buffer.from(body),
    receivedAtMs: NOW_MS,
  };
  return await receiveWebhook(provider, {
    request,
    secrets: provider.secret === 'none' ? [] : [secret],
    options,
    fetchPublished: () => Promise.reject(new Error('Nothing is published.')),
  });
}

const samples = withSamples.flatMap(({ id }) =>
  listSamples(id).map((sample): [string, string, Sample] => [id, sample.title, sample]),
);

test('samples of at least 230 providers can be signed', () => {
  const signed = withSamples.filter(({ id }) => listSamples(id).some((sample) => canSign(id, sample)));
  expect(signed.length).toBeGreaterThanOrEqual(230);
});

describe('a signed sample is verified by its provider and becomes the events of the sample', () => {
  test.each(samples.filter(([id, , sample]) => canSign(id, sample)))('%s: %s', async (id, _title, sample) => {
    const [provider, oracle] = [getProvider(id), await loadSigner(id)];
    if (provider === undefined || oracle === undefined) throw new Error(`${id} has no signer.`);
    const [own] = oracle.secrets;
    for (const secret of SIGNERS_SECRET.has(id) ? [own] : [own, likeSecret(own)]) {
      for (const keepsIds of [true, false]) {
        const request = signSample(oracle, { sample, url: ADDRESS, secret, nowMs: NOW_MS, keepsIds });
        const reception = await receive(provider, request, secret, oracle.options ?? {});
        expect(reception).toMatchObject({ kind: sample.events.length === 0 ? 'answered' : 'events' });
        if (reception.kind === 'events')
          expect(reception.events.map(({ type }) => type)).toEqual(sample.events.map(({ type }) => type));
      }
    }
  });
});

test('samples that are not offered are those that no signer can sign', async () => {
  const accepted: string[] = [];
  for (const [id, title, sample] of samples.filter(([id, , sample]) => !canSign(id, sample))) {
    const [provider, oracle] = [getProvider(id), await loadSigner(id)];
    if (provider === undefined || oracle === undefined) continue;
    try {
      const [secret] = oracle.secrets;
      const request = signSample(oracle, { sample, url: ADDRESS, secret, nowMs: NOW_MS, keepsIds: true });
      const reception = await receive(provider, request, secret, oracle.options ?? {});
      const types = reception.kind === 'events' ? reception.events.map(({ type }) => type) : [];
      if (reception.kind !== 'rejected' && types.join() === sample.events.map(({ type }) => type).join())
        accepted.push(`${id}: ${title}`);
    } catch {
      // The signer reads fields that the sample does not have.
    }
  }
  expect(accepted).toEqual([]);
});

test('a secret of the form of a made-up one would not be accepted where the signer has its own', async () => {
  for (const id of SIGNERS_SECRET) {
    const [provider, oracle] = [getProvider(id), await loadSigner(id)];
    const sample = listSamples(id).find((each) => canSign(id, each));
    if (provider === undefined || oracle === undefined || sample === undefined)
      throw new Error(`${id} has no signer.`);
    const secret = likeSecret(oracle.secrets[0]);
    const request = signSample(oracle, { sample, url: ADDRESS, secret, nowMs: NOW_MS, keepsIds: true });
    expect(await receive(provider, request, secret, oracle.options ?? {}), id).toMatchObject({
      kind: 'rejected',
    });
  }
});

test('a sample that is sent twice is two events, unless its ids are kept', async () => {
  for (const id of ['github', 'stripe', 'slack', 'svix', 'shopify']) {
    const [provider, oracle] = [getProvider(id), await loadSigner(id)];
    const [sample] = listSamples(id);
    if (provider === undefined || oracle === undefined || sample === undefined)
      throw new Error(`${id} has no signer.`);
    const [secret] = oracle.secrets;
    const keyOf = async (keepsIds: boolean) => {
      const request = signSample(oracle, { sample, url: ADDRESS, secret, nowMs: NOW_MS, keepsIds });
      const reception = await receive(provider, request, secret, oracle.options ?? {});
      if (reception.kind !== 'events') throw new Error(`${id}: ${reception.kind}`);
      return reception.repeatKeys[0]?.key;
    };
    expect(await keyOf(true), id).toBe(await keyOf(true));
    expect(await keyOf(false), id).not.toBe(await keyOf(false));
  }
});
