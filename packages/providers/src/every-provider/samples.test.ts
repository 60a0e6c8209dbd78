import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { getProvider, listProviders, type NormalizedEvent } from '../index.ts';
import { interpretSample } from '../interpret-sample.ts';
import { listSamples, type SampleEvent } from '../list-samples.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'samples');
const ids = readdirSync(FOLDER).map((name) => name.replace(/\.json$/, ''));
/** Any sender, so its bodies are unknown. */
const GENERIC = ['allow-list', 'api-key', 'basic', 'bearer', 'hmac', 'jwt', 'pubsub', 'standard-webhooks'];
/** Encrypts its events with the secret of each merchant. */
const ENCRYPTED = ['wechat-pay'];

it('each file of samples belongs to a provider', () => {
  expect(ids.filter((id) => getProvider(id)?.id !== id)).toEqual([]);
});

it('every provider with a documented body has samples', () => {
  const known = new Set([...GENERIC, ...ENCRYPTED, ...ids]);
  const without = listProviders().filter(({ id }) => !known.has(id));
  expect(without.map(({ id }) => id)).toEqual([]);
});

it('an unknown provider, or a path, has no samples', () => {
  expect(listSamples('nobody')).toEqual([]);
  expect(listSamples('../package')).toEqual([]);
});

describe.each(ids)('%s', (id) => {
  const provider = getProvider(id);
  if (provider === undefined) throw new Error(`${id} is no provider.`);

  it.each(listSamples(id).map((sample) => [sample.title, sample] as const))('%s', (_title, sample) => {
    const interpretation = interpretSample(provider, sample);
    const made = 'events' in interpretation && interpretation.ok ? interpretation.events : interpretation;
    const expected = sample.events.map((event) => ({ source: `/${id}`, ...event }));
    expect(Array.isArray(made) ? made.map(toSampleEvent) : made).toEqual(
      Array.isArray(made) ? expected : expect.objectContaining({ ok: true, answer: expect.anything() }),
    );
    if (!Array.isArray(made)) expect(sample.events).toEqual([]);
    // The types to subscribe to are the types of the events.
    if (provider.eventTypes.length > 0) {
      const types = sample.events.filter(({ control }) => control === undefined).map(({ type }) => type);
      expect(types.filter((type) => !provider.eventTypes.some((known) => isOrIsBelow(type, known)))).toEqual(
        [],
      );
    }
  });

  it('it contains no secret and no real address', () => {
    const text = readFileSync(join(FOLDER, `${id}.json`), 'utf8');
    expect(text).not.toMatch(/sk_live_|ghp_|xox[bpa]-|AKIA[0-9A-Z]{16}|-----BEGIN/);
  });
});

const isOrIsBelow = (type: string, known: string) => type === known || type.startsWith(`${known}.`);

function toSampleEvent(event: NormalizedEvent): SampleEvent {
  const { type, source, subject, timeMs, deliveryId, action, repository, control } = event;
  const id = deliveryId !== undefined && /[0-9a-f]{64}/.test(deliveryId) ? undefined : deliveryId;
  return JSON.parse(
    JSON.stringify({
      type,
      source,
      subject,
      time: timeMs === undefined ? undefined : new Date(timeMs).toISOString(),
      deliveryId: id,
      action,
      repository,
      control,
    }),
  );
}
