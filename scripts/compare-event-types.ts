/**
 * `npm run providers:compare`: compares the event types of the providers' SDKs with those of Hookline.
 * Downloads each SDK at the version named here, with npm, into .hookline/sdks; it installs and runs none of them.
 * Exits with 1 when an SDK has an event type that a definition lacks.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listProviders } from '../packages/providers/src/index.ts';

/** The place where an SDK lists its event types. */
interface TypeList {
  readonly provider: string;
  readonly npmPackage: string;
  readonly version: string;
  readonly file: string;
  /** Its first group is the name of a type. */
  readonly names: RegExp;
  /** Names in the file that are not event types. */
  readonly except?: RegExp;
  /** Only the part of the file between these texts is read. */
  readonly between?: readonly [string, string];
}

const LISTS: readonly TypeList[] = [
  {
    provider: 'stripe',
    npmPackage: 'stripe',
    version: '23.1.0',
    file: 'esm/resources/Events.d.ts',
    names: /\btype: '([a-z0-9_]+(?:\.[a-z0-9_]+)+)'/g,
  },
  {
    provider: 'github',
    npmPackage: '@octokit/webhooks-types',
    version: '7.6.1',
    file: 'schema.d.ts',
    names: /^ {2}(\w+): \w+;$/gm,
    between: ['export interface EventPayloadMap {', '\n}'],
  },
  {
    provider: 'paddle',
    npmPackage: '@paddle/paddle-node-sdk',
    version: '3.10.0',
    file: 'dist/types/notifications/helpers/types.d.ts',
    names: /"([a-z_]+\.[a-z_]+)"/g,
  },
  {
    provider: 'clerk',
    npmPackage: '@clerk/backend',
    version: '3.25.0',
    file: 'dist/api/resources/Webhooks.d.ts',
    names: /'([A-Za-z_]+(?:\.[A-Za-z_]+)+)'/g,
  },
  {
    provider: 'resend',
    npmPackage: 'resend',
    version: '6.38.0',
    file: 'dist/index.d.mts',
    names: /'((?:email|contact|domain)\.[a-z_]+)'/g,
  },
  {
    provider: 'openai',
    npmPackage: 'openai',
    version: '6.49.0',
    file: 'resources/webhooks/webhooks.d.ts',
    names: /\btype: '([a-z_]+(?:\.[a-z_]+)+)'/g,
  },
  {
    provider: 'polar',
    npmPackage: '@polar-sh/sdk',
    version: '0.49.0',
    file: 'dist/esm/models/components/webhookeventtype.d.ts',
    names: /: "([a-z_]+(?:\.[a-z_]+)+)"/g,
  },
  {
    provider: 'workos',
    npmPackage: '@workos-inc/node',
    version: '8.13.0',
    file: 'lib/workos-CESKLr5j.d.mts',
    names: /\bevent: '([a-z_]+(?:\.[a-z_]+)+)'/g,
  },
  {
    provider: 'lemon-squeezy',
    npmPackage: '@lemonsqueezy/lemonsqueezy.js',
    version: '4.0.0',
    file: 'dist/index.d.ts',
    names: /"((?:order|subscription|license_key|affiliate|customer)_[a-z_]+)"/g,
  },
  {
    provider: 'mux',
    npmPackage: '@mux/mux-node',
    version: '15.3.0',
    file: 'resources/webhooks/webhooks.d.ts',
    names: /\btype: '([a-z_]+(?:\.[a-z_]+)+)'/g,
  },
  {
    provider: 'anthropic',
    npmPackage: '@anthropic-ai/sdk',
    version: '1.14.0',
    file: 'resources/beta/webhooks.d.ts',
    names: /\btype: '([a-z_]+(?:\.[a-z_]+)+)'/g,
  },
  {
    provider: 'lithic',
    npmPackage: 'lithic',
    version: '0.145.0',
    file: 'resources/webhooks.d.ts',
    names: /\bevent_type: '([a-z0-9_]+(?:\.[a-z0-9_]+)+)'/g,
  },
  {
    provider: 'nylas',
    npmPackage: 'nylas',
    version: '8.4.0',
    file: 'lib/types/models/webhooks.d.ts',
    names: /= "([a-z_]+(?:\.[a-z_]+)+)"/g,
  },
  {
    provider: 'retell',
    npmPackage: 'retell-sdk',
    version: '5.66.1',
    file: 'resources/batch-call.d.ts',
    names: /'([a-z]+_[a-z]+)'/g,
    between: ['webhook_events?: Array<', '> | null'],
  },
];

const run = promisify(execFile);
const FOLDER = join('.hookline', 'sdks');

/** The distinct names that an SDK lists, in the order of the file. */
async function readNames(list: TypeList): Promise<readonly string[]> {
  const folder = join(FOLDER, `${list.npmPackage.replaceAll('/', '+')}-${list.version}`);
  if (!existsSync(folder)) await download(list, folder);
  let text = readFileSync(join(folder, list.file), 'utf8');
  if (list.between !== undefined) {
    const [from, to] = list.between;
    const rest = text.split(from)[1];
    if (rest === undefined) throw new Error(`${list.npmPackage}: ${list.file} has no "${from}".`);
    text = rest.split(to)[0] ?? '';
  }
  const names = new Set<string>();
  for (const [, name = ''] of text.matchAll(list.names)) {
    if (!list.except?.test(name)) names.add(name);
  }
  if (names.size === 0) throw new Error(`${list.npmPackage}: ${list.file} lists no types.`);
  return [...names];
}

async function download({ npmPackage, version }: TypeList, folder: string): Promise<void> {
  const packed = `${folder}.packed`;
  mkdirSync(packed, { recursive: true });
  await run('npm', ['pack', '--silent', '--pack-destination', packed, `${npmPackage}@${version}`], {
    timeout: 120_000,
  });
  const [archive] = readdirSync(packed);
  if (archive === undefined) throw new Error(`npm pack wrote no archive of ${npmPackage}@${version}.`);
  mkdirSync(folder, { recursive: true });
  await run('tar', ['xzf', join(packed, archive), '-C', folder, '--strip-components=1'], { timeout: 60_000 });
  rmSync(packed, { recursive: true });
}

const providers = new Map(listProviders().map((provider) => [provider.id, provider]));
let lacking = 0;
for (const list of LISTS) {
  const provider = providers.get(list.provider);
  if (provider === undefined) throw new Error(`There is no provider ${list.provider}.`);
  const known = new Set(provider.eventTypes);
  const names = await readNames(list);
  // In the format of a definition's `eventTypes`.
  const listed = new Set(names.map((name) => `${list.provider}.${name.replaceAll(':', '.')}`));
  const missing = [...listed].filter((type) => !known.has(type));
  const more = [...known].filter((type) => !listed.has(type));
  lacking += missing.length;
  console.log(
    `${list.provider.padEnd(16)} ${list.npmPackage} ${list.version}: ${listed.size} types, ${missing.length} missing here, ${more.length} only here`,
  );
  if (missing.length > 0) console.log(`  missing here: ${missing.join(' ')}`);
  if (more.length > 0) console.log(`  only here: ${more.join(' ')}`);
}
if (lacking > 0) process.exitCode = 1;
