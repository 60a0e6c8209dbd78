// Part of `npm run lint`: every setting that a service reads is on the page about settings, and nothing else is.
import { readFileSync } from 'node:fs';

const PAGE = 'docs/operating.md';
const SCHEMAS = [
  'packages/service/src/read-env.ts',
  ...['ingest', 'delivery', 'scheduler', 'gateway'].map((app) => `apps/${app}/src/env.ts`),
];
/** Named by the providers' own definitions, not by a schema. */
const PROVIDER_FILES = ['github', 'slack', 'stripe', 'clerk', 'meta'].map(
  (name) => `packages/providers/src/providers/${name}.ts`,
);

const declared = new Set<string>();
for (const file of SCHEMAS) {
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/^\s{2,4}([A-Z][A-Z0-9_]{2,}):/gm))
    declared.add(name as string);
}
for (const file of PROVIDER_FILES) {
  for (const [, list] of readFileSync(file, 'utf8').matchAll(/(?:secrets|verifyTokens):\s?\[([^[\]]*)\]/g)) {
    for (const [, name] of (list as string).matchAll(/'([A-Z][A-Z0-9_]+)'/g)) declared.add(name as string);
  }
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

const missing = [...declared].filter((name) => !documented.has(name));
const unknown = [...documented].filter((name) => !declared.has(name));
for (const name of missing) console.error(`${PAGE}: ${name} is read by a service and not on the page`);
for (const name of unknown) console.error(`${PAGE}: ${name} is on the page and read by no service`);
if (missing.length + unknown.length === 0) console.log(`${documented.size} settings are documented.`);
process.exit(missing.length + unknown.length === 0 ? 0 : 1);
