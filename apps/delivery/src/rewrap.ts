// Part of `npm run secrets:rewrap`: secrets of endpoints and in kept requests under the newest of HOOKLINE_ENCRYPTION_KEY.
import { runRewrapCommand } from '@hookline/db';
import { readConfigOrExit, readRewrapEnv } from '@hookline/service';
import { rewrapEndpointSecrets } from './endpoints/secrets/rewrap-endpoint-secrets.ts';
import { rewrapKeptRequests } from './endpoints/secrets/rewrap-kept-requests.ts';

const config = readConfigOrExit(() => readRewrapEnv(process.env));
await runRewrapCommand('endpoints', config, rewrapEndpointSecrets);
await runRewrapCommand('kept requests with secrets', config, rewrapKeptRequests);
