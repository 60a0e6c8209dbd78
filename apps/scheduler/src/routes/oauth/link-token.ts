import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

export const makeLinkToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** What is stored of the token of a link. */
export const hashLinkToken = (token: string): Buffer => createHash('sha256').update(token).digest();
