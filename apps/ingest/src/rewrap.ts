// Part of `npm run secrets:rewrap`: encrypts the secrets of sources with the first key of HOOKLINE_ENCRYPTION_KEY.
import { runRewrapCommand } from '@hookline/db';
import { readRewrapEnv, withConfiguration } from '@hookline/service';
import { rewrapSourceSecrets } from './sources/rewrap-source-secrets.ts';
import { createSourceSecrets } from './sources/source-secrets.ts';

await withConfiguration(
  () => readRewrapEnv(process.env),
  (configuration) =>
    runRewrapCommand('sources', configuration, (database, box) =>
      rewrapSourceSecrets(database, createSourceSecrets(box)),
    ),
);
