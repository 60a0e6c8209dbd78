import { createEventTypeMatcher } from '@hookline/contracts';
import type { SealedSecret, SourceOptions } from '@hookline/db/ingest';
import type { Provider } from '@hookline/providers';
import { createAddressCheck } from '@hookline/service';
import type { ActiveSource } from './active-source.ts';
import type { SourceSecrets } from './source-secrets.ts';

/** The columns of a source's row that are read. */
export interface StoredSource {
  id: string;
  tenantId: string | null;
  managedBy: string | null;
  name: string | null;
  token: string;
  secrets: SealedSecret[];
  retiredSecrets: SealedSecret[];
  verifyToken: string | null;
  options: SourceOptions;
}

/** @param onSealed called when the secrets cannot be decrypted; the source then has none */
export function toActiveSource(
  row: StoredSource,
  provider: Provider,
  version: string,
  secrets: SourceSecrets,
  onSealed: (error: unknown) => void,
): ActiveSource {
  const { options } = row;
  return {
    id: row.id,
    tenant: row.tenantId ?? undefined,
    managedBy: row.managedBy ?? undefined,
    name: row.name,
    provider,
    token: row.token,
    ...openSecrets(row, secrets, onSealed),
    toleranceSeconds: options.toleranceSeconds,
    allowsAddress: createAddressCheck(options.allowedIps),
    namesAddresses: options.allowedIps !== undefined,
    wantsType: options.events && createEventTypeMatcher(options.events).matches,
    answer: options.answer,
    dedupe: options.dedupe,
    options: options.provider ?? {},
    withholds: options.withholds === true,
    keepsRequests: options.keepRequest !== false,
    environment: options.environment,
    version,
  };
}

type OpenedSecrets = Pick<ActiveSource, 'secrets' | 'secretsSetAt' | 'retiredSecrets' | 'verifyTokens'>;

function openSecrets(
  row: StoredSource,
  secrets: SourceSecrets,
  onSealed: (error: unknown) => void,
): OpenedSecrets {
  try {
    const valid = secrets.open(row.id, row.secrets);
    return {
      secrets: valid.map(({ secret }) => secret),
      secretsSetAt: valid.map(({ setAt }) => setAt),
      retiredSecrets: secrets.open(row.id, row.retiredSecrets),
      verifyTokens: row.verifyToken === null ? [] : [secrets.openVerifyToken(row.id, row.verifyToken)],
    };
  } catch (error) {
    onSealed(error);
    return { secrets: [], secretsSetAt: [], retiredSecrets: [], verifyTokens: [] };
  }
}
