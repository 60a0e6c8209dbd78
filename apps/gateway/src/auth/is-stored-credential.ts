import { ID_PREFIX, isId } from '@hookline/contracts';

const STORED = [ID_PREFIX.apiKey, ID_PREFIX.session, ID_PREFIX.portalSession];

/** Whether a `keyId` is of a key or session in Postgres. The operator key of the environment and JWTs are not stored. */
export const isStoredCredential = (keyId: string): boolean => STORED.some((prefix) => isId(prefix, keyId));
