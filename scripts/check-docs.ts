/**
 * Part of `npm run lint`: docs/operating.md lists the settings that the services read and no others, README.md has the
 * current number of providers by evidence, docs/errors.md has a section for each error code of the API and no others,
 * docs/architecture.md names every table of Postgres and no others, every link between documents leads to a file and a
 * heading, and every path that a document names exists.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { API_ERRORS } from '../packages/contracts/src/index.ts';
import { listConnectables, listProviders } from '../packages/providers/src/index.ts';
import { countEvidence } from './count-evidence.ts';

const PAGE = 'docs/operating.md';
const SCHEMAS = [
  'packages/service/src/read-env.ts',
  'packages/service/src/trusted-proxies.ts',
  ...['ingest', 'delivery', 'scheduler', 'gateway'].map((app) => `apps/${app}/src/env.ts`),
];
const declared = new Set<string>();
for (const file of SCHEMAS) {
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/^\s{2,4}([A-Z][A-Z0-9_]{2,}):/gm))
    declared.add(name as string);
}
// The providers, not a schema, define the names of their settings.
for (const { oauth } of listConnectables()) {
  for (const { clientId, clientSecret, settings = {} } of oauth?.environment ?? []) {
    declared.add(clientId).add(clientSecret);
    for (const template of Object.values(settings))
      for (const [, name] of template.matchAll(/\{([A-Z0-9_]+)\}/g)) declared.add(name as string);
  }
}
for (const { pushes } of listConnectables()) {
  if (pushes?.environment.secret !== undefined) declared.add(pushes.environment.secret);
  for (const name of Object.values(pushes?.environment.options ?? {})) declared.add(name);
}
for (const { environment } of listProviders()) {
  for (const name of [...environment.secrets, ...(environment.verifyTokens ?? [])]) declared.add(name);
}

const settings = readFileSync(PAGE, 'utf8').split('\n## Settings')[1]?.split('\n## ')[0] ?? '';
const documented = new Set(
  settings
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) =>
      [...(line.split('|')[1] ?? '').matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map((match) => match[1] as string),
    ),
);

const problems = [
  ...[...declared]
    .filter((name) => !documented.has(name))
    .map((name) => `${PAGE}: ${name} is read by a service, but is missing on the page`),
  ...[...documented]
    .filter((name) => !declared.has(name))
    .map((name) => `${PAGE}: ${name} is on the page, but no service reads it`),
  ...findWrongCounts(),
  ...findWrongErrorCodes(),
  ...findWrongTables(),
  ...documents().flatMap((file) => [...findBrokenLinks(file), ...findMissingPaths(file)]),
];
for (const problem of problems) console.error(problem);
if (problems.length === 0)
  console.log(
    `${documented.size} settings are documented, and the links of ${documents().length} documents have existing targets.`,
  );
process.exitCode = problems.length === 0 ? 0 : 1;

function documents(): string[] {
  return globSync(['*.md', 'docs/**/*.md', '{apps,packages}/*/README.md']).filter(
    (file) => !file.includes('node_modules'),
  );
}

/** The counts of `npm run providers -- --summary`, as README.md states them. */
function findWrongCounts(): string[] {
  const { official, secondaryOnly } = countEvidence(listProviders());
  const sentences = [
    `checked against an official source: ${official} providers`,
    `taken from secondary sources such as other gateways' tables: ${secondaryOnly.length}`,
  ];
  const readme = readFileSync('README.md', 'utf8').replace(/\s+/g, ' ').toLowerCase();
  return sentences
    .filter((sentence) => !readme.includes(sentence))
    .map((sentence) => `README.md: does not say "${sentence}"`);
}

/** The sections of docs/errors.md, to which the `type` of problem details leads: code and status. */
function findWrongErrorCodes(): string[] {
  const page = 'docs/errors.md';
  const sections = new Map<string, string>();
  for (const [, code = '', status = ''] of readFileSync(page, 'utf8').matchAll(
    /^### `(\w+)`\n\n(\d{3})\. /gm,
  ))
    sections.set(code, status);
  const codes = new Map(Object.entries(API_ERRORS).map(([code, { status }]) => [code, String(status)]));
  return [
    ...[...codes]
      .filter(([code, status]) => sections.get(code) !== status)
      .map(([code, status]) => `${page}: has no section "### \`${code}\`" that begins with "${status}. "`),
    ...[...sections.keys()]
      .filter((code) => !codes.has(code))
      .map((code) => `${page}: the API has no error code ${code}`),
  ];
}

/** The table "Who owns what" of docs/architecture.md names each table of Postgres, and no others. */
function findWrongTables(): string[] {
  const page = 'docs/architecture.md';
  const part = readFileSync(page, 'utf8').split('\n## Who owns what')[1]?.split('\n## ')[0] ?? '';
  const named = new Set(
    part
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .flatMap((line) =>
        [...(line.split('|')[2] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1] as string),
      ),
  );
  const made = new Set(
    globSync('packages/db/migrations/*.sql').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^create table (?:if not exists )?(\w+)/gim)].map(
        (match) => match[1] as string,
      ),
    ),
  );
  return [
    ...[...made].filter((name) => !named.has(name)).map((name) => `${page}: does not name the table ${name}`),
    ...[...named].filter((name) => !made.has(name)).map((name) => `${page}: there is no table ${name}`),
  ];
}

function findBrokenLinks(file: string): string[] {
  const links = [...readFileSync(file, 'utf8').matchAll(/\]\(([^()\s]+)\)/g)].map(
    (match) => match[1] as string,
  );
  return links
    .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(file, link))
    .map((link) => `${file}: the link ${link} has no existing target`);
}

function leadsSomewhere(file: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? file : normalize(join(dirname(file), decodeURIComponent(path)));
  if (!existsSync(target)) return false;
  return heading === undefined || anchorsOf(target).has(heading);
}

/** Paths in code spans, from the root or from the document's folder. Decisions are records and may name old paths. */
function findMissingPaths(file: string): string[] {
  if (file.includes('decisions/0')) return [];
  const spans = [
    ...readFileSync(file, 'utf8').matchAll(
      /`((?:apps|packages|docs|scripts|infra|src|test|fixtures)\/[\w./-]+)`/g,
    ),
  ];
  return spans
    .map((match) => match[1] as string)
    .filter((path) => !existsSync(path) && !existsSync(join(dirname(file), path)))
    .map((path) => `${file}: the path ${path} does not exist`);
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(file: string): Set<string> {
  const headings = [...readFileSync(file, 'utf8').matchAll(/^#{1,6} (.+)$/gm)].map(
    (match) => match[1] as string,
  );
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
