import { randomBytes } from 'node:crypto';

const SESSION_TOKEN = /^hps_[A-Za-z0-9_-]{43}$/;
const CALL_TOKEN = /^hpt_[A-Za-z0-9_-]{43}$/;

/** How long a token of the portal's calls is valid, and no longer than its session. */
export const CALL_TOKEN_SECONDS = 900;

const random = () => randomBytes(32).toString('base64url');

/** The token in the address of a portal: it is exchanged once. */
export const makeSessionToken = (): string => `hps_${random()}`;

/** A token of the portal's calls. */
export const makeCallToken = (): string => `hpt_${random()}`;

export const isSessionToken = (text: string): boolean => SESSION_TOKEN.test(text);
export const isCallToken = (text: string): boolean => CALL_TOKEN.test(text);
