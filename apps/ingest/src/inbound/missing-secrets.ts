import type { Provider } from '@hookline/providers';
import type { Logger } from '@hookline/service';
import type { SourceDirectory } from '../sources/source-directory.ts';

/** Providers that send webhooks although no secret is set for them, for the operator's attention. */
export interface MissingSecrets {
  note(provider: Provider, tenant: string): void;
  /**
   * A sentence for the operator. Undefined when there are none. A provider that has a source by now is no longer
   * named.
   */
  readonly problem: string | undefined;
}

/** One log line per provider and interval. */
const LOG_INTERVAL_MS = 60_000;
/** Providers that stopped calling are forgotten. */
const REMEMBERED_MS = 86_400_000;
const MAX_NAMED = 20;

export function createMissingSecrets(
  directory: Pick<SourceDirectory, 'hasProvider'>,
  logger: Logger,
): MissingSecrets {
  const calls = new Map<Provider, { lastAtMs: number; loggedAtMs: number; sinceLogged: number }>();

  return {
    note(provider, tenant) {
      const nowMs = performance.now();
      const known = calls.get(provider);
      if (known && nowMs - known.loggedAtMs < LOG_INTERVAL_MS) {
        known.lastAtMs = nowMs;
        known.sinceLogged++;
        return;
      }
      logger.warn(
        { provider: provider.id, tenant, remedy: remedyFor(provider), suppressed: known?.sinceLogged ?? 0 },
        'webhook.secret_missing',
      );
      calls.set(provider, { lastAtMs: nowMs, loggedAtMs: nowMs, sinceLogged: 0 });
    },
    get problem() {
      const since = performance.now() - REMEMBERED_MS;
      for (const [provider, { lastAtMs }] of calls) {
        if (lastAtMs < since || directory.hasProvider(provider.id)) calls.delete(provider);
      }
      if (calls.size === 0) return undefined;
      const named = [...calls.keys()].slice(0, MAX_NAMED).map(({ id }) => id);
      const more = calls.size > named.length ? ` and ${calls.size - named.length} more` : '';
      return `webhooks are refused because no secret is set: ${named.join(', ')}${more}; see GET /api/rejections`;
    },
  };
}

function remedyFor({ id, environment }: Provider): string {
  const variable = environment.secrets[0];
  const source = `create a source: POST /api/sources {"provider":"${id}","secret":"…"}`;
  return variable === undefined ? source : `set ${variable}, or ${source}`;
}
