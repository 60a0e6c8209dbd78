import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** A count goes no further; what has come through more often counts as so often. */
export const MAX_HOPS = 100;
/** Signed counts of other installations that go along. */
const MAX_FOREIGN = 4;
/** MAX_FOREIGN + 1 signed counts take 140 characters. What is longer is not read. */
const MAX_HEADER_LENGTH = 500;

/** A count and its signature: 128 bits in base64url. */
const SIGNED = '(?:[1-9][0-9]?|100)\\.[A-Za-z0-9_-]{22}';
const SIGNED_COUNT = new RegExp(`^${SIGNED}$`);
const HOPS = new RegExp(`^(?:[0-9]{1,2}|100)(?:;${SIGNED}){0,${MAX_FOREIGN}}$`);

/**
 * How often content has come through this installation: sent to an endpoint, and taken in again from there. It travels
 * in the header `hookline-hops`, as a number that this installation has signed, and with an event as the attribute
 * `hookhops`: the number, and behind it what other installations have signed, `2;3.<signature>`.
 *
 * Only what this installation signed counts. A number that anybody could make up would let a stranger end the events
 * of a source whose sender passes headers on. A signature that a receiver was given can be shown again, but only with a
 * request that a source or the API accepts. What others have signed goes along unread, so that a loop through two
 * installations is seen by both.
 */
export interface HopCounts {
  /** The attribute, by a request's header. Undefined: there is nothing of the kind in it. */
  read(header: string | string[] | undefined): string | undefined;
  /**
   * The header, by the attributes of the events that are sent: one more than the highest of them.
   * @param hops what is not in the form of the attribute counts as none
   */
  write(hops: readonly (string | null | undefined)[]): string;
}

/** @param encryptionKeys the installation's: the first signs, all verify */
export function createHopCounts(encryptionKeys: readonly string[]): HopCounts {
  const signers = encryptionKeys.map(createSigner);
  const [signer] = signers;
  if (!signer) throw new Error('at least one encryption key is needed');

  /** Of content that has not come through before, as most has not. */
  const first = `1.${signer(1)}`;

  function isOurs(count: number, signature: Buffer): boolean {
    return signers.some((sign) => timingSafeEqual(Buffer.from(sign(count)), signature));
  }

  return {
    read(header) {
      if (header === undefined || header.length === 0) return undefined;
      const text = String(header);
      if (text.length > MAX_HEADER_LENGTH) return undefined;
      let own = 0;
      const foreign = new Set<string>();
      for (const part of text.split(',')) {
        const signed = part.trim();
        if (!SIGNED_COUNT.test(signed)) continue;
        const [count, signature] = signed.split('.') as [string, string];
        if (isOurs(Number(count), Buffer.from(signature))) own = Math.max(own, Number(count));
        else if (foreign.size < MAX_FOREIGN) foreign.add(signed);
      }
      return own === 0 && foreign.size === 0 ? undefined : [own, ...foreign].join(';');
    },
    write(hops) {
      if (hops.every((each) => !each)) return first;
      const count = Math.min(MAX_HOPS, Math.max(0, ...hops.map(countHops)) + 1);
      const foreign = new Set(hops.flatMap(foreignOf));
      return [`${count}.${signer(count)}`, ...[...foreign].slice(0, MAX_FOREIGN)].join(', ');
    },
  };
}

/** How often an event has come through this installation, by its attribute. */
export function countHops(hops: string | null | undefined): number {
  return hops && HOPS.test(hops) ? Number.parseInt(hops, 10) : 0;
}

const foreignOf = (hops: string | null | undefined): string[] =>
  hops && HOPS.test(hops) ? hops.split(';').slice(1) : [];

function createSigner(encryptionKey: string): (count: number) => string {
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(encryptionKey, 'base64'), '', 'hookline-hops', 32));
  const signatures: string[] = [];
  return (count) => {
    signatures[count] ??= createHmac('sha256', key)
      .update(String(count))
      .digest()
      .toString('base64url', 0, 16);
    return signatures[count];
  };
}
