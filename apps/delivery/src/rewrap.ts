// Part of `npm run secrets:rewrap`: endpoints' secrets under the newest of HOOKLINE_ENCRYPTION_KEY.
import { runRewrapCommand } from '@hookline/db';
import { readConfigOrExit, readRewrapEnv } from '@hookline/service';
import { rewrapEndpointSecrets } from './secrets/rewrap-endpoint-secrets.ts';

const config = readConfigOrExit(() => readRewrapEnv(process.env));
await runRewrapCommand('endpoints', config, rewrapEndpointSecrets);
