// Generated from the files of this folder by "npm run providers -- --write". Do not edit.
// biome-ignore-all assist/source/organizeImports: in the order of the file names
import type { Provider } from '../provider/provider.ts';
import { allowList } from './allow-list.ts';
import { apiKey } from './api-key.ts';
import { basic } from './basic.ts';
import { bearer } from './bearer.ts';
import { hmac } from './hmac.ts';
import { jwt } from './jwt.ts';
import { standardWebhooks } from './standard-webhooks.ts';

export const GENERIC_PROVIDERS: readonly Provider[] = [
  allowList,
  apiKey,
  basic,
  bearer,
  hmac,
  jwt,
  standardWebhooks,
];
