import type { Principal } from '@hookline/contracts';

export interface KeyCacheOptions {
  find: (hash: Buffer) => Promise<Principal | undefined>;
  /** In ms. Default: the monotonic clock. */
  now?: () => number;
  /** Default 30 s: how long a revoked key may stay valid if the message of its revocation is lost. */
  foundForMs?: number;
  /** Default 5 s. */
  missingForMs?: number;
  /** Found keys and unknown keys are counted apart, so that guesses never evict real keys. Default 10,000 of each. */
  maxEntries?: number;
}

/** Caches the principals of API keys. */
export interface KeyCache {
  get(hash: Buffer): Promise<Principal | undefined>;
  /** Forgets the key, also if a look-up of it is running. */
  forget(keyId: string): void;
  forgetAll(): void;
}

interface Entry {
  principal: Principal | undefined;
  until: number;
}

export function createKeyCache(options: KeyCacheOptions): KeyCache {
  const now = options.now ?? (() => performance.now());
  const foundForMs = options.foundForMs ?? 30_000;
  const missingForMs = options.missingForMs ?? 5_000;
  const maxEntries = options.maxEntries ?? 10_000;
  const found = new Map<string, Entry>();
  const missing = new Map<string, Entry>();
  const underWay = new Map<string, Promise<Principal | undefined>>();
  /** Rises with each revocation. A principal that was read before a revocation may be out of date. */
  let generation = 0;

  function remember(name: string, principal: Principal | undefined, since: number): void {
    const map = principal ? found : missing;
    map.set(name, { principal, until: since + (principal ? foundForMs : missingForMs) });
    if (map.size <= maxEntries) return;
    for (const oldest of map.keys()) {
      map.delete(oldest);
      break;
    }
  }

  async function look(name: string, hash: Buffer): Promise<Principal | undefined> {
    for (;;) {
      const since = now();
      const before = generation;
      const principal = await options.find(hash);
      if (principal && before !== generation) continue;
      remember(name, principal, since);
      return principal;
    }
  }

  return {
    get(hash) {
      const name = hash.toString('base64');
      for (const map of [found, missing]) {
        const entry = map.get(name);
        if (!entry) continue;
        if (entry.until > now()) return Promise.resolve(entry.principal);
        map.delete(name);
      }
      let looking = underWay.get(name);
      if (!looking) {
        looking = look(name, hash).finally(() => underWay.delete(name));
        underWay.set(name, looking);
      }
      return looking;
    },
    forget(keyId) {
      generation++;
      for (const [name, entry] of found) if (entry.principal?.keyId === keyId) found.delete(name);
    },
    forgetAll() {
      generation++;
      found.clear();
      missing.clear();
    },
  };
}
