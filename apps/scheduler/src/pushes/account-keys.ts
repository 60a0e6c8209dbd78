import { isStorableText } from '@hookline/contracts';
import { toStorableText } from '@hookline/db';

/** Far more than any provider's key, and little enough for an index. */
const MAX_LENGTH = 300;

/** Whether a key that a push names can be that of a connection. */
export const isAccountKey = (key: string) => key.length <= MAX_LENGTH && isStorableText(key);

/** A key that is no account's as a text that can be stored and shown. */
export const toShownKey = (key: string) =>
  toStorableText(key.length <= MAX_LENGTH ? key : `${key.slice(0, MAX_LENGTH - 1)}…`);
