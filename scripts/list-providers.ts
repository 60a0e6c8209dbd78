/**
 * `npm run providers`: lists every provider, its verification and its evidence. `--write` generates the index files of
 * `packages/providers` and the tables of docs/providers.md: the providers, and the services with connectable accounts.
 * `--check` (a part of `npm run lint`) fails when one of those files is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Connectable, PresetDefinition, Provider } from '../packages/providers/src/index.ts';
import { countEvidence } from './count-evidence.ts';
import { replaceBetween } from './generated-file.ts';
import { staleProviderIndexes, writeProviderIndexes } from './provider-index.ts';

const PAGE = 'docs/providers.md';
const START = '<!-- npm run providers -- --write -->\n';
const END = '<!-- end -->\n';
const CONNECTIONS_START = '<!-- connections: npm run providers -- --write -->\n';
const CONNECTIONS_END = '<!-- end of connections -->\n';
/** The scope in which an id is unique, in words. */
const UNIQUE = {
  everywhere: 'unique everywhere',
  account: 'unique in an account',
  source: 'unique at a source',
  unknown: 'uniqueness not documented',
} as const;
const COLUMNS = ['id', 'name', 'verification', 'repeats', 'evidence', 'caution'] as const;

type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;
const CONNECTION_COLUMNS = ['id', 'OAuth', 'polled', 'watch'] as const;

const [option] = process.argv.slice(2);
if (option === '--write') writeProviderIndexes();
const stale = option === '--check' ? staleProviderIndexes() : [];
for (const file of stale)
  console.error(`${file} does not list the files of its folder: run "npm run providers -- --write".`);
if (stale.length > 0) process.exit(1);
// Imported only now: a stale index may import a file that no longer exists.
const { listConnectables, listProviders, listSamples } = await import('../packages/providers/src/index.ts');

const rows = listProviders()
  .map(
    (provider): Row => ({
      id: [provider.id, ...(provider.aliases ?? [])].join(', '),
      name: provider.name,
      verification: describeVerification(provider),
      repeats: describeRepeats(provider),
      evidence: provider.evidence
        .map(({ kind, source, checkedOn }) => `${kind}: ${source} (${checkedOn})`)
        .join(', '),
      caution: provider.caution ?? '',
    }),
  )
  .sort((a, b) => (a.id < b.id ? -1 : 1));

if (option === undefined) {
  for (const row of rows) console.log(toLine(row));
  console.log(`\n${rows.length} providers.`);
} else if (option === '--summary') {
  summarise(listProviders());
} else if (option === '--write' || option === '--check') {
  const page = readFileSync(PAGE, 'utf8');
  const withProviders = replaceBetween(
    page,
    START,
    END,
    `${toTable(COLUMNS, rows)}${rows.length} providers.\n\n`,
  );
  const connections = toTable(CONNECTION_COLUMNS, listConnectables().map(describeConnection));
  const current = replaceBetween(withProviders, CONNECTIONS_START, CONNECTIONS_END, connections);
  if (option === '--write') writeFileSync(PAGE, current);
  else if (page === current) console.log(`${PAGE} lists ${rows.length} providers.`);
  else {
    console.error(`${PAGE} is out of date: run "npm run providers -- --write".`);
    process.exitCode = 1;
  }
} else {
  console.error('Use it without an option, with --summary, --write or --check.');
  process.exitCode = 1;
}

function summarise(providers: readonly Provider[]): void {
  const counts = countEvidence(providers);
  const lines: readonly (readonly [string, number])[] = [
    ['providers', counts.all],
    ['with an official source', counts.official],
    ['  by a published vector', counts.publishedVector],
    ["  by the provider's SDK", counts.officialSdk],
    ["  by the provider's documentation", counts.officialDocs],
    ['  by a public standard', counts.standard],
    ['by secondary sources only', counts.secondaryOnly.length],
    ['with samples of what they send', providers.filter(({ id }) => listSamples(id).length > 0).length],
  ];
  for (const [what, count] of lines) console.log(`${what.padEnd(36)} ${String(count).padStart(4)}`);
  if (counts.secondaryOnly.length > 0)
    console.log(`\nSecondary only: ${counts.secondaryOnly.map(({ id }) => id).join(', ')}`);
}

/** Such as `hmac-sha256 hex, ±300 s`; `code` where no table could say it. */
function describeVerification({ preset, secret }: Provider): string {
  if (preset === undefined) return secret === 'none' ? 'code, published key' : 'code';
  const { scheme } = preset;
  if ('allowedAddressesOnly' in scheme) return 'allowed addresses';
  if ('token' in scheme) {
    return 'authorization' in scheme.token ? `${scheme.token.authorization} authorization` : 'token';
  }
  const hash = `${hashOf(scheme)} ${[scheme.encoding].flat().join(' or ')}`;
  const { timestamp } = scheme;
  if (timestamp === undefined) return hash;
  return timestamp.toleranceSeconds === null
    ? `${hash}, timestamp of any age`
    : `${hash}, ±${timestamp.toleranceSeconds} s`;
}

/** Describes the field by which repeats are recognised. */
function describeRepeats({ identity }: Provider): string {
  const equalBodies =
    identity.retries === true && identity.equalBodies !== 'events'
      ? 'an equal body within the window'
      : 'nothing';
  if (!('names' in identity)) {
    return identity.because === undefined ? equalBodies : `${equalBodies}: ${identity.because}`;
  }
  const { id, otherwise, names, unique, uniqueSeconds, stable } = identity;
  const facts = [
    `${names}; ${UNIQUE[unique]}`,
    ...(uniqueSeconds === undefined ? [] : [`for ${toDuration(uniqueSeconds)}`]),
    ...(stable === true ? [] : [stable === false ? 'new at each retry' : 'retries not documented']),
  ];
  const other = otherwise === undefined ? '' : `, else ${otherwise}`;
  return `${id}${other} (${facts.join(', ')}); without it ${equalBodies}`;
}

function hashOf(scheme: Extract<PresetDefinition['scheme'], { signature: unknown }>): string {
  if ('publicKeyPrefix' in scheme) return 'ed25519';
  if ('keyType' in scheme) return `${scheme.keyType === 'ec' ? 'ecdsa' : 'rsa'}-${scheme.hash}`;
  return `${scheme.keyed === 'digest' ? 'digest' : 'hmac'}-${[scheme.hash ?? 'sha256'].flat().join('/')}`;
}

function describeConnection({ id, aliases = [], oauth, polling = [], watches = [] }: Connectable) {
  return {
    id: [id, ...aliases].join(', '),
    OAuth: oauth === undefined ? '' : describeTokens(oauth),
    polled: polling.map((poll) => `${poll.id} every ${toDuration(poll.everySeconds)}`).join(', '),
    watch: watches.map(describeWatch).join(', '),
  };
}

function describeTokens({ expiry, accessTokenLifetimeSeconds }: NonNullable<Connectable['oauth']>): string {
  const lifetime = `tokens of ${toDuration(accessTokenLifetimeSeconds)}`;
  return expiry === 'opt-in' ? `${lifetime} or without end` : lifetime;
}

type Watch = NonNullable<Connectable['watches']>[number];

function describeWatch({ lifetimeSeconds, renewEverySeconds }: Watch): string {
  if (lifetimeSeconds === undefined || renewEverySeconds === undefined) return 'until it is stopped';
  return `${toDuration(lifetimeSeconds)}, renewed after ${toDuration(renewEverySeconds)}`;
}

function toDuration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes % 1440 === 0) return `${minutes / 1440} d`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}

function toLine({ id, name, verification, repeats, evidence, caution }: Row): string {
  const line = `${id.padEnd(36)} ${name.padEnd(34)} ${verification.padEnd(36)} ${evidence}`;
  const lines = [line, `${' '.repeat(37)}repeats: ${repeats}`];
  return (caution === '' ? lines : [...lines, `${' '.repeat(37)}! ${caution}`]).join('\n');
}

function toTable<Column extends string>(
  columns: readonly Column[],
  table: readonly Readonly<Record<Column, string>>[],
): string {
  const lines = table.map(
    (row) => `| ${columns.map((column) => row[column].replaceAll('|', '\\|')).join(' | ')} |`,
  );
  return `\n${[`| ${columns.join(' | ')} |`, `|${columns.map(() => ' --- ').join('|')}|`, ...lines].join('\n')}\n\n`;
}
