// Part of `npm run secrets:rewrap`: endpoints' secrets under the newest of HOOKLINE_ENCRYPTION_KEY.
import { createDatabase, createSecretBox } from '@hookline/db';
import { ENCRYPTION_ENV, readConfigOrExit, readEnv } from '@hookline/service';
import Type from 'typebox';
import { rewrapEndpointSecrets } from './secrets/rewrap-endpoint-secrets.ts';

const Env = Type.Object({ ...ENCRYPTION_ENV, DATABASE_URL: Type.String({ minLength: 1 }) });
const env = readConfigOrExit(() => readEnv(Env, process.env));
const database = createDatabase({
  url: env.DATABASE_URL,
  applicationName: 'hookline-rewrap',
  maxConnections: 1,
  onConnectionError: () => {},
});
try {
  const box = createSecretBox(env.HOOKLINE_ENCRYPTION_KEY.split(','));
  const { found, rewrapped } = await rewrapEndpointSecrets(database, box);
  console.log(`${found} endpoints: ${rewrapped} were wrapped anew, the others bear the newest key already.`);
} catch (error) {
  console.error(`Endpoints' secrets: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await database.close();
}
