import type { SecretBox } from '@hookline/db';
import type { SealedSecret } from '@hookline/db/ingest';

/** How many secrets of a source are valid at once: the current one and the one before the last change. */
const MAX_SECRETS = 2;
/** Of those that are valid no more, how many are kept to explain refusals with. */
const MAX_RETIRED = 3;

const secretPlace = (sourceId: string) => `sources|secrets|${sourceId}`;
const verifyTokenPlace = (sourceId: string) => `sources|verify_token|${sourceId}`;

export interface DatedSecret {
  secret: string;
  /** RFC 3339. */
  setAt: string;
}

/** The secrets of one source as they are in its row, each list newest first. */
export interface SecretLists {
  secrets: SealedSecret[];
  retiredSecrets: SealedSecret[];
}

/** A source's secrets as they are kept: sealed, bound to the source's row. */
export interface SourceSecrets {
  seal(sourceId: string, secret: string, setAt: Date): SealedSecret;
  /** @throws DatabaseError `unseal_failed` */
  open(sourceId: string, sealed: readonly SealedSecret[]): DatedSecret[];
  /**
   * What is kept after a new secret was set: it and the one before; what falls out joins the retired ones. Setting the
   * current secret again changes nothing, so that a repeated request does not push the old secret out.
   */
  rotate(sourceId: string, lists: SecretLists, secret: string, setAt: Date): SecretLists;
  /**
   * The row with its secrets under the newest key-encryption key; equal to what was given if they are that already.
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
      // A secret that comes back is valid again, and nowhere else.
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
