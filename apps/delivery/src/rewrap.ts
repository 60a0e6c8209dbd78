// Part of `npm run secrets:rewrap`: secrets of endpoints and in kept requests under the newest of HOOKLINE_ENCRYPTION_KEY.
import { runRewrapCommand } from '@hookline/db';
import { readConfigOrExit, readRewrapEnv } from '@hookline/service';
import { rewrapEndpointSecrets } from './secrets/rewrap-endpoint-secrets.ts';
import { rewrapKeptRequests } from './secrets/rewrap-kept-requests.ts';

const config = readConfigOrExit(() => readRewrapEnv(process.env));
await runRewrapCommand('endpoints', config, rewrapEndpointSecrets);
await runRewrapCommand('kept requests with secrets', config, rewrapKeptRequests);
