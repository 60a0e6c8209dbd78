// Part of `npm run secrets:rewrap`: seals the secrets of endpoints, and the secrets in kept requests, with the first key of
// HOOKLINE_ENCRYPTION_KEY.
import { runRewrapCommand } from '@hookline/db';
import { readRewrapEnv, withConfiguration } from '@hookline/service';
import { rewrapEndpointSecrets } from './endpoints/secrets/rewrap-endpoint-secrets.ts';
import { rewrapKeptRequests } from './endpoints/secrets/rewrap-kept-requests.ts';

await withConfiguration(
  () => readRewrapEnv(process.env),
  async (configuration) => {
    await runRewrapCommand('endpoints', configuration, rewrapEndpointSecrets);
    await runRewrapCommand('kept requests with secrets', configuration, rewrapKeptRequests);
  },
);
