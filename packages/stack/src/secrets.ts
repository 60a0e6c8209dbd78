import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from './errors.ts';
import { writePrivateFile } from './write-private-file.ts';

/** Generated once for a home and stored in `<home>/secrets.json`, so that they stay the same after a restart. */
export interface Secrets {
  /** Authenticates the services to each other on their internal HTTP APIs. */
  internalToken: string;
  /** 32 bytes in base64. Encrypts the tenants' secrets in the database. */
  encryptionKey: string;
  /** `hl_` and 32 characters; the API key of the operator. */
  operatorKey: string;
  /** Password of the superuser of the embedded Postgres. */
  ownerPassword: string;
  /** Password of the role that services connect as. */
  servicePassword: string;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function makeSecrets(): Secrets {
  return {
    internalToken: randomBytes(32).toString('base64url'),
    encryptionKey: randomBytes(32).toString('base64'),
    operatorKey: `hl_${Array.from({ length: 32 }, () => BASE62.charAt(randomInt(BASE62.length))).join('')}`,
    ownerPassword: randomBytes(24).toString('base64url'),
    servicePassword: randomBytes(24).toString('base64url'),
  };
}

/** Reads the home's secrets. Generates missing secrets and stores them before they are used. */
export function loadSecrets(home: string): Secrets {
  const path = join(home, 'secrets.json');
  const stored = readStored(path);
  const secrets: Secrets = { ...makeSecrets(), ...stored };
  if (Object.keys(secrets).length > Object.keys(stored).length) {
    writePrivateFile(path, `${JSON.stringify(secrets, null, 2)}\n`);
  }
  return secrets;
}

function readStored(path: string): Partial<Secrets> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new StackError('home_unusable', `${path} can't be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StackError(
      'home_unusable',
      `${path} is not valid JSON: repair it, or remove its whole directory to start again without any data.`,
      { cause: error },
    );
  }
}
