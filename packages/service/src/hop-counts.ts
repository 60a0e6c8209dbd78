import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** The highest count. Content that has come through more often has this count. */
export const MAX_HOPS = 100;
/** The number of signed counts of other installations that are passed on. */
const MAX_FOREIGN = 4;
/** MAX_FOREIGN + 1 signed counts take 140 characters. A longer header is not read. */
const MAX_HEADER_LENGTH = 500;

/** A count and its signature: 128 bits in base64url. */
const SIGNED = '(?:[1-9][0-9]?|100)\\.[A-Za-z0-9_-]{22}';
const SIGNED_COUNT = new RegExp(`^${SIGNED}$`);
const HOPS = new RegExp(`^(?:[0-9]{1,2}|100)(?:;${SIGNED}){0,${MAX_FOREIGN}}$`);

/**
 * How many times content has come through this installation: sent to an endpoint, and received again from there. The
 * count travels in the header `hookline-hops`, as a number that this installation has signed, and with an event in the
 * attribute `hookhops`: the number, followed by the signed counts of other installations, `2;3.<signature>`.
 *
 * Only a count that this installation signed is used. With an unsigned number a stranger could end the events of a source
 * whose sender passes headers on. A receiver can use a signed count again, but only with a request that a source or the API
 * accepts. Counts of other installations are passed on unread, so that both installations of a loop see it.
 */
export interface HopCounts {
  /** The attribute for the header of a request. Undefined: the header has no count. */
  read(header: string | string[] | undefined): string | undefined;
  /**
   * The header for the attributes of the events that are sent: one more than the highest count.
   * @param hops a text that is not in the form of the attribute counts as no count
   */
  write(hops: readonly (string | null | undefined)[]): string;
}

/** @param encryptionKeys the keys of the installation: the first signs, all verify */
export function createHopCounts(encryptionKeys: readonly string[]): HopCounts {
  const signers = encryptionKeys.map(createSigner);
  const [signer] = signers;
  if (!signer) throw new Error('at least one encryption key is needed');

  /** The header of content that has not come through before, which most content has not. */
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

/** How many times an event has come through this installation, by its attribute. */
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
