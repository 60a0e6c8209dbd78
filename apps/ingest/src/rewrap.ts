// Part of `npm run secrets:rewrap`: sources' secrets under the newest of HOOKLINE_ENCRYPTION_KEY.
import { createDatabase, createSecretBox } from '@hookline/db';
import { ENCRYPTION_ENV, readConfigOrExit, readEnv } from '@hookline/service';
import Type from 'typebox';
import { rewrapSourceSecrets } from './sources/rewrap-source-secrets.ts';
import { createSourceSecrets } from './sources/source-secrets.ts';

const Env = Type.Object({ ...ENCRYPTION_ENV, DATABASE_URL: Type.String({ minLength: 1 }) });
const env = readConfigOrExit(() => readEnv(Env, process.env));
const database = createDatabase({
  url: env.DATABASE_URL,
  applicationName: 'hookline-rewrap',
  maxConnections: 1,
  onConnectionError: () => {},
});
try {
  const secrets = createSourceSecrets(createSecretBox(env.HOOKLINE_ENCRYPTION_KEY.split(',')));
  const { found, rewrapped } = await rewrapSourceSecrets(database, secrets);
  console.log(`${found} sources: ${rewrapped} were wrapped anew, the others bear the newest key already.`);
} catch (error) {
  console.error(`Sources' secrets: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await database.close();
}
