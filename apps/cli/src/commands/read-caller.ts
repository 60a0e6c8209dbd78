import { CliError } from '../cli-error.ts';
import type { Gateway } from '../gateway/gateway.ts';

/** Who the gateway takes the key for. @throws CliError if it does not accept the key, or cannot be reached */
export async function readCaller(gateway: Gateway): Promise<string> {
  try {
    await gateway.call('listUnreadableMessages', { query: { limit: 1 } });
    return 'operator';
  } catch (error) {
    const status =
      error instanceof CliError ? (error.cause as { status?: number } | undefined)?.status : undefined;
    if (status !== 403) throw error;
    return 'tenant';
  }
}
