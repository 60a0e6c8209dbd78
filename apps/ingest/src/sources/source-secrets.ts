import type { SecretBox } from '@hookline/db';

/** How many secrets of a source are valid at once: the current one and the one before the last change. */
const MAX_SECRETS = 2;

const secretPlace = (sourceId: string) => `sources|secrets|${sourceId}`;
const verifyTokenPlace = (sourceId: string) => `sources|verify_token|${sourceId}`;

/** A source's secrets as they are kept: sealed, bound to the source's row, newest first. */
export interface SourceSecrets {
  seal(sourceId: string, secret: string): string;
  /** @throws DatabaseError `unseal_failed` */
  open(sourceId: string, sealed: readonly string[]): string[];
  /**
   * What is kept after a new secret was set: it and the one before. Setting the current secret again changes nothing,
   * so that a repeated request does not push the old secret out.
   */
  rotate(sourceId: string, sealed: readonly string[], secret: string): string[];
  sealVerifyToken(sourceId: string, verifyToken: string): string;
  /** @throws DatabaseError `unseal_failed` */
  openVerifyToken(sourceId: string, sealed: string): string;
}

export function createSourceSecrets(box: SecretBox): SourceSecrets {
  const seal = (sourceId: string, secret: string) => box.seal(secret, secretPlace(sourceId));
  return {
    seal,
    open: (sourceId, sealed) => sealed.map((each) => box.open(each, secretPlace(sourceId))),
    rotate(sourceId, sealed, secret) {
      const [current] = sealed;
      if (current !== undefined && box.open(current, secretPlace(sourceId)) === secret) return [...sealed];
      return [seal(sourceId, secret), ...sealed].slice(0, MAX_SECRETS);
    },
    sealVerifyToken: (sourceId, verifyToken) => box.seal(verifyToken, verifyTokenPlace(sourceId)),
    openVerifyToken: (sourceId, sealed) => box.open(sealed, verifyTokenPlace(sourceId)),
  };
}
