import type { SecretBox } from '@hookline/db';
import type { SealedSecret } from '@hookline/db/ingest';

/** Number of valid secrets of a source: the current one and the one before the last change. */
const MAX_SECRETS = 2;
/** Number of retired secrets that are kept to explain rejections. */
const MAX_RETIRED = 3;

const secretPlace = (sourceId: string) => `sources|secrets|${sourceId}`;
const verifyTokenPlace = (sourceId: string) => `sources|verify_token|${sourceId}`;

export interface DatedSecret {
  secret: string;
  /** RFC 3339. */
  setAt: string;
}

/** The secrets of one source in its row, each list newest first. */
export interface SecretLists {
  secrets: SealedSecret[];
  retiredSecrets: SealedSecret[];
}

/** A source's stored secrets: encrypted and bound to the source's row. */
export interface SourceSecrets {
  seal(sourceId: string, secret: string, setAt: Date): SealedSecret;
  /** @throws DatabaseError `unseal_failed` */
  open(sourceId: string, sealed: readonly SealedSecret[]): DatedSecret[];
  /**
   * The secrets after a new one was set: the new and the previous one are valid; older ones are retired. Setting the
   * current secret again changes nothing, so that a repeated request does not retire the previous secret.
   */
  rotate(sourceId: string, lists: SecretLists, secret: string, setAt: Date): SecretLists;
  /**
   * The row with its secrets encrypted with the newest key; unchanged if they are already.
   * @throws DatabaseError `unseal_failed`
   */
  rewrap<Row extends SecretLists & { id: string; verifyToken: string | null }>(row: Row): Row;
  sealVerifyToken(sourceId: string, verifyToken: string): string;
  /** @throws DatabaseError `unseal_failed` */
  openVerifyToken(sourceId: string, sealed: string): string;
}

export function createSourceSecrets(box: SecretBox): SourceSecrets {
  const openOne = (sourceId: string, { sealed }: SealedSecret) => box.open(sealed, secretPlace(sourceId));
  const seal = (sourceId: string, secret: string, setAt: Date): SealedSecret => ({
    sealed: box.seal(secret, secretPlace(sourceId)),
    setAt: setAt.toISOString(),
  });
  return {
    seal,
    open: (sourceId, sealed) =>
      sealed.map((each) => ({ secret: openOne(sourceId, each), setAt: each.setAt })),
    rotate(sourceId, { secrets, retiredSecrets }, secret, setAt) {
      const [current] = secrets;
      if (current && openOne(sourceId, current) === secret) return { secrets, retiredSecrets };
      // A retired secret that is set again is valid again and no longer retired.
      const isOther = (each: SealedSecret) => openOne(sourceId, each) !== secret;
      const before = secrets.filter(isOther);
      return {
        secrets: [seal(sourceId, secret, setAt), ...before.slice(0, MAX_SECRETS - 1)],
        retiredSecrets: [...before.slice(MAX_SECRETS - 1), ...retiredSecrets.filter(isOther)].slice(
          0,
          MAX_RETIRED,
        ),
      };
    },
    rewrap(row) {
      const rewrapAll = (list: readonly SealedSecret[]) =>
        list.map((each) => ({ ...each, sealed: box.rewrap(each.sealed, secretPlace(row.id)) }));
      return {
        ...row,
        secrets: rewrapAll(row.secrets),
        retiredSecrets: rewrapAll(row.retiredSecrets),
        verifyToken: row.verifyToken && box.rewrap(row.verifyToken, verifyTokenPlace(row.id)),
      };
    },
    sealVerifyToken: (sourceId, verifyToken) => box.seal(verifyToken, verifyTokenPlace(sourceId)),
    openVerifyToken: (sourceId, sealed) => box.open(sealed, verifyTokenPlace(sourceId)),
  };
}
