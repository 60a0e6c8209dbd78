/**
 * How an attempt to refresh a token ended. `stored`: new tokens are stored. `failed`: they are not; the row says what
 * follows. `superseded`: another replica or a new grant was first. `busy`: another replica has the token, or it is not
 * to be tried now.
 */
export type RefreshOutcome = 'stored' | 'failed' | 'superseded' | 'busy';
