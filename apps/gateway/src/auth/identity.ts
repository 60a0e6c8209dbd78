import type { Principal } from '@hookline/contracts';

/** Who a token stands for. */
export interface Identity {
  principal: Principal;
  /** When the token runs out, in ms since 1970; undefined for API keys, which end by being revoked. */
  expiresAtMs?: number;
}
