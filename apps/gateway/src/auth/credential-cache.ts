import type { Credential, RefusedCredential } from './credential.ts';

export interface CredentialCacheOptions {
  find: (hash: Buffer) => Promise<Credential | RefusedCredential | undefined>;
  /** In ms. Default: the monotonic clock. */
  now?: () => number;
  /** Default 30 s: how long a revoked credential may stay valid if the message of its revocation is lost. */
  foundForMs?: number;
  /** Default 5 s. */
  missingForMs?: number;
  /** Usable credentials and all others are counted apart, so that guesses never evict real ones. Default 10,000 of each. */
  maxEntries?: number;
}

/** A credential, and when it ends on the clock of the cache; undefined: not by itself. */
export type CachedCredential = Credential & { readonly endsAt: number | undefined };

/** Caches what Postgres knows of API keys or sessions, by their hashes. No credential is used after its end. */
export interface CredentialCache {
  /** @returns undefined: there is none */
  get(hash: Buffer): Promise<CachedCredential | RefusedCredential | undefined>;
  /** Whether a credential was usable when it was last looked for. It asks nobody. */
  knows(hash: Buffer): boolean;
  /** Whether it is remembered that this is no usable credential: `get` asks nobody then. */
  refuses(hash: Buffer): boolean;
  /** Forgets the credential with this `keyId`, also if a look-up of it is running. */
  forget(keyId: string): void;
  forgetAll(): void;
}

type Answer = CachedCredential | RefusedCredential | undefined;

interface Entry {
  answer: Answer;
  until: number;
}

const isUsable = (answer: Answer): answer is CachedCredential =>
  answer !== undefined && !('refused' in answer);

export function createCredentialCache(options: CredentialCacheOptions): CredentialCache {
  const now = options.now ?? (() => performance.now());
  const foundForMs = options.foundForMs ?? 30_000;
  const missingForMs = options.missingForMs ?? 5_000;
  const maxEntries = options.maxEntries ?? 10_000;
  const usable = new Map<string, Entry>();
  const others = new Map<string, Entry>();
  const underWay = new Map<string, Promise<Answer>>();
  /** Rises with each revocation. What was read before a revocation may be out of date. */
  let generation = 0;

  function remember(name: string, answer: Answer, since: number): void {
    const [map, other] = isUsable(answer) ? [usable, others] : [others, usable];
    const forMs = isUsable(answer) ? foundForMs : missingForMs;
    const endsAt = isUsable(answer) ? (answer.endsAt ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    other.delete(name);
    // At the end of the map: the entry that was looked up longest ago is the first to go.
    map.delete(name);
    map.set(name, { answer, until: Math.min(since + forMs, endsAt) });
    if (map.size <= maxEntries) return;
    for (const oldest of map.keys()) {
      map.delete(oldest);
      break;
    }
  }

  async function look(name: string, hash: Buffer): Promise<Answer> {
    for (;;) {
      const since = now();
      const before = generation;
      const found = await options.find(hash);
      const answer: Answer =
        found === undefined || 'refused' in found
          ? found
          : { ...found, endsAt: found.endsAfterMs === undefined ? undefined : since + found.endsAfterMs };
      if (isUsable(answer) && before !== generation) continue;
      remember(name, answer, since);
      return answer;
    }
  }

  return {
    get(hash) {
      const name = hash.toString('base64');
      for (const map of [usable, others]) {
        const entry = map.get(name);
        if (entry && entry.until > now()) return Promise.resolve(entry.answer);
      }
      let looking = underWay.get(name);
      if (!looking) {
        looking = look(name, hash).finally(() => underWay.delete(name));
        underWay.set(name, looking);
      }
      return looking;
    },
    knows: (hash) => usable.has(hash.toString('base64')),
    refuses: (hash) => (others.get(hash.toString('base64'))?.until ?? Number.NEGATIVE_INFINITY) > now(),
    forget(keyId) {
      generation++;
      for (const [name, { answer }] of usable) {
        if (isUsable(answer) && answer.principal.keyId === keyId) usable.delete(name);
      }
    },
    forgetAll() {
      generation++;
      usable.clear();
      others.clear();
    },
  };
}
