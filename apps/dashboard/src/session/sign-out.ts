import { hookline } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';

/** Ends the session, and forgets everything that was read with it. */
export async function signOut(): Promise<void> {
  await hookline.call('deleteSession');
  queryClient.clear();
  location.reload();
}
