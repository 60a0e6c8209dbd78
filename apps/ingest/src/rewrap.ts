// Part of `npm run secrets:rewrap`: sources' secrets under the newest of HOOKLINE_ENCRYPTION_KEY.
import { runRewrapCommand } from '@hookline/db';
import { readConfigOrExit, readRewrapEnv } from '@hookline/service';
import { rewrapSourceSecrets } from './sources/rewrap-source-secrets.ts';
import { createSourceSecrets } from './sources/source-secrets.ts';

const config = readConfigOrExit(() => readRewrapEnv(process.env));
await runRewrapCommand('sources', config, (database, box) =>
  rewrapSourceSecrets(database, createSourceSecrets(box)),
);
