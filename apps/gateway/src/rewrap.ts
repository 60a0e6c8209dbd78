// Part of `npm run secrets:rewrap`: seals the channels of alert rules with the first key of HOOKLINE_ENCRYPTION_KEY.
import { runRewrapCommand } from '@hookline/db';
import { readRewrapEnv, withConfiguration } from '@hookline/service';
import { rewrapAlertSecrets } from './alerts/rules/rewrap-alert-secrets.ts';

await withConfiguration(
  () => readRewrapEnv(process.env),
  (configuration) => runRewrapCommand('alert rules', configuration, rewrapAlertSecrets),
);
