import type { Session } from '@hookline/contracts';
import type { Gateway } from '../gateway/gateway.ts';

/** Who the gateway takes the key for. @throws CliError if it does not accept the key, or cannot be reached */
export async function readCaller(gateway: Gateway): Promise<Session> {
  return (await gateway.call('getSession')).data;
}

/** The caller in a few words: `operator`, `tenant acme`. */
export const nameOf = ({ role, userId }: Pick<Session, 'role' | 'userId'>): string =>
  userId === null ? role : `tenant ${userId}`;
