import { createClient, type Hookline } from '@hookline/client';

/** Calls the gateway that served this page, as the person whose session cookie the browser has. */
export const hookline: Hookline = createClient({ url: location.origin, retries: 1, timeoutMs: 40_000 });
