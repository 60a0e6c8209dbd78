import { getConnectable } from '@hookline/providers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmulatedProvider, type Emulators, startEmulators } from '../src/index.ts';
import { EMULATED_CLIENTS } from '../src/start-applications.ts';
import { present } from './helpers.ts';

const PROVIDERS: readonly EmulatedProvider[] = ['github', 'gmail', 'youtube', 'slack', 'spotify', 'discord'];

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => emulators.close());

test.each(PROVIDERS)('every address that %s is called at is emulated', async (provider) => {
  const { oauth, polling, ...rest } = present(getConnectable(provider));
  const watches = 'watches' in rest ? rest.watches : 'watch' in rest ? rest.watch : undefined;
  const addresses = new Set(urlsIn({ oauth, polling, watches }));
  expect(addresses.size).toBeGreaterThan(2);
  for (const address of addresses) {
    const { origin, pathname } = new URL(address);
    // The topic of a WebSub subscription is a name, which nobody calls.
    if (origin === 'https://www.youtube.com') continue;
    // Issuers and scopes are names too.
    if (pathname === '/' || pathname.startsWith('/auth/')) continue;
    const place = emulators.origins[provider][origin];
    expect(place, `${origin} has a place`).toBeDefined();
    const path = pathname.replace('%7Bslug%7D', EMULATED_CLIENTS.githubApp).replaceAll(/%7B\w+%7D/g, '1');
    const statuses = await Promise.all(
      ['GET', 'POST'].map(async (method) => {
        const response = await fetch(`${place}${path}`, { method, redirect: 'manual' });
        const text = await response.text();
        return response.status === 404 && text === '{"message":"Not Found"}' ? 'no route' : 'a route';
      }),
    );
    // Only a route that exists for another method has no answer for both.
    if (!/applications\/1\/grant$/.test(path)) expect(statuses, address).toContain('a route');
  }
});

/** Every text that is an absolute address, anywhere in a value. */
function urlsIn(value: unknown): string[] {
  if (typeof value === 'string') return /^https:\/\//.test(value) && URL.canParse(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(urlsIn);
}
