import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from './errors.ts';
import { writePrivateFile } from './write-private-file.ts';

/** Made once for a home and kept in `<home>/secrets.json`, so that data and clients survive a restart. */
export interface Secrets {
  /** Services show it to each other on their internal HTTP APIs. */
  internalToken: string;
  /** 32 bytes, base64: encrypts what tenants entrust to the database. */
  encryptionKey: string;
  /** `hl_` and 32 characters; the API key of the operator. */
  operatorKey: string;
  /** Password of the database's superuser, where the database is ours. */
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

/** Reads the home's secrets; makes those that are missing and stores them before anything uses them. */
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
      `${path} is not valid JSON: repair it, or remove the whole directory that it is in to start afresh.`,
      { cause: error },
    );
  }
}
