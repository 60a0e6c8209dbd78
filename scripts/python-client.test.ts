import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { HMAC_VECTORS } from '../packages/signing/fixtures/vectors.ts';
import {
  generateSecret,
  signWebhook,
  verifyPlainSignature,
  verifyStandardWebhook,
  WebhookVerificationError,
} from '../packages/signing/src/index.ts';

const FOLDER = resolve(import.meta.dirname, '../clients/python');
const env = { ...process.env, PYTHONPATH: 'src', PYTHONDONTWRITEBYTECODE: '1' };

const isAtLeast310 = 'import sys; sys.exit(sys.version_info < (3, 10))';
const hasPython = spawnSync('python3', ['-c', isAtLeast310]).status === 0;
const name = (text: string) => (hasPython ? text : `${text} (skipped: there is no python3 from 3.10)`);

test.skipIf(!hasPython)(name('the tests of the Python client pass'), () => {
  const { status, stderr } = spawnSync('python3', ['-m', 'unittest', 'discover', '-s', 'tests'], {
    cwd: FOLDER,
    env,
    encoding: 'utf8',
  });
  expect(stderr).toContain('Ran ');
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
});

interface Case {
  headers: Record<string, string>;
  bodyBase64: string;
  secrets: string[];
  now: number;
}

/** Verifies all cases in one process. Reads them from stdin, and prints the reason of each refusal or null. */
const VERIFY_ALL = `
import base64, json, sys
from hookline import SignatureInvalid, verify_signature
def reason(case):
    try:
        verify_signature(base64.b64decode(case["bodyBase64"]), case["headers"], case["secrets"], now=case["now"])
    except SignatureInvalid as error:
        return error.reason
print(json.dumps([reason(case) for case in json.load(sys.stdin)]))
`;

function reasonOf({ headers, bodyBase64, secrets, now }: Case): string | null {
  const input = { headers, body: Buffer.from(bodyBase64, 'base64'), secrets, nowMs: now * 1_000 };
  const isPlain = headers['webhook-signature'] === undefined;
  try {
    if (isPlain) verifyPlainSignature(input);
    else verifyStandardWebhook(input);
    return null;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.code;
    throw error;
  }
}

test.skipIf(!hasPython)(
  name('Python accepts and refuses the same messages as @hookline/signing, for the same reasons'),
  () => {
    const published = HMAC_VECTORS.map(({ key, id, timestampSeconds, body, signature }) => ({
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(timestampSeconds),
        'webhook-signature': signature,
      },
      bodyBase64: body.toString('base64'),
      secrets: [key],
      now: timestampSeconds,
    }));
    const secrets = [generateSecret(), generateSecret()];
    const body = Buffer.from('{"name":"Zoë"}');
    const signed = signWebhook({
      id: 'evt_1',
      type: 'order.paid',
      timestampSeconds: 1_700_000_000,
      secrets,
      body: [body],
    });
    const {
      'webhook-id': _id,
      'webhook-timestamp': _timestamp,
      'webhook-signature': _signature,
      ...plain
    } = signed;
    const own = [{ ...signed }, plain].map((headers) => ({
      headers: headers as Record<string, string>,
      bodyBase64: body.toString('base64'),
      secrets: secrets.slice(0, 1),
      now: 1_700_000_000,
    }));
    const right: Case[] = [...published, ...own];
    const changed = right.flatMap((each) => [
      { ...each, now: each.now + 301 },
      { ...each, now: each.now - 301 },
      { ...each, bodyBase64: Buffer.from('another body').toString('base64') },
      { ...each, secrets: [generateSecret()] },
      ...Object.entries(each.headers).flatMap(([header, value]) =>
        [
          '',
          `${value}x`,
          `x${value}`,
          value.slice(1),
          value.slice(0, -1),
          value.toUpperCase(),
          `${value}, ${value}`,
          ` ${value}`,
          `${value}\n`,
        ].map((other) => ({ ...each, headers: { ...each.headers, [header]: other } })),
      ),
    ]);
    const cases = [...right, ...changed];
    const found = JSON.parse(
      execFileSync('python3', ['-c', VERIFY_ALL], {
        cwd: FOLDER,
        env,
        input: JSON.stringify(cases),
        encoding: 'utf8',
      }),
    ) as (string | null)[];
    expect(found.slice(0, right.length)).toEqual(right.map(() => null));
    expect(found).toEqual(cases.map(reasonOf));
    expect(cases.length).toBeGreaterThan(200);
  },
);
