import type { Oracle } from './oracle.ts';
import { ORACLE_LOADERS } from './oracle-loaders.ts';

export type { Oracle, Signed, Unsigned } from './oracle.ts';
export { ORACLE_LOADERS } from './oracle-loaders.ts';

/** All oracles. */
export async function listOracles(): Promise<readonly Oracle[]> {
  return await Promise.all(Object.values(ORACLE_LOADERS).map(async (load) => (await load()).oracle));
}
