// Part of `npm run secrets:rewrap`: encrypts the secrets of OAuth applications, the tokens of connections, the tokens that
// are to be revoked, and the secrets of watches with the first key of HOOKLINE_ENCRYPTION_KEY.
import { runRewrapCommand } from '@hookline/db';
import { readRewrapEnv, withConfiguration } from '@hookline/service';
import { rewrapAppSecrets } from './accounts/rewrap-app-secrets.ts';
import { rewrapRevocations } from './accounts/rewrap-revocations.ts';
import { rewrapTokens } from './tokens/rewrap-tokens.ts';
import { createTokenSeals } from './tokens/token-seals.ts';
import { rewrapWatchSecrets } from './watches/rewrap-watch-secrets.ts';

await withConfiguration(
  () => readRewrapEnv(process.env),
  async (configuration) => {
    await runRewrapCommand('OAuth applications', configuration, rewrapAppSecrets);
    await runRewrapCommand('tokens of connections', configuration, (database, box) =>
      rewrapTokens(database, createTokenSeals(box)),
    );
    await runRewrapCommand('tokens to be revoked', configuration, (database, box) =>
      rewrapRevocations(database, createTokenSeals(box)),
    );
    await runRewrapCommand('secrets of watches', configuration, rewrapWatchSecrets);
  },
);
