/**
 * The index files of `packages/providers`: each imports every provider of its folder and lists them, and one loads the
 * oracles. `npm run providers -- --write` generates them, so that a new provider is one new file.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Index {
  /** Relative to `packages/providers/src`. Each of its files, except tests, exports one constant. */
  readonly folder: string;
  readonly list: string;
  readonly type: string;
  readonly typeFrom: string;
}

const SOURCES = 'packages/providers/src';
const LINE_WIDTH = 110;
const INDEXES: readonly Index[] = [
  { folder: 'providers', list: 'NAMED_PROVIDERS', type: 'Provider', typeFrom: '../provider/provider.ts' },
  { folder: 'generic', list: 'GENERIC_PROVIDERS', type: 'Provider', typeFrom: '../provider/provider.ts' },
  {
    folder: 'connections/polled',
    list: 'POLLED_SERVICES',
    type: 'Connectable',
    typeFrom: '../connectable.ts',
  },
];

const ORACLES = 'packages/providers/oracles';

export function writeProviderIndexes(): void {
  for (const { file, text } of generateAll()) writeFileSync(file, text);
}

/** The index files that differ from the files in their folder. */
export function staleProviderIndexes(): string[] {
  return generateAll()
    .filter(({ file, text }) => !existsSync(file) || readFileSync(file, 'utf8') !== text)
    .map(({ file }) => file);
}

function generateAll(): { file: string; text: string }[] {
  return [
    ...INDEXES.map((index) => ({ file: fileOf(index), text: generate(index) })),
    { file: join(ORACLES, 'oracle-loaders.ts'), text: generateOracles() },
  ];
}

function fileOf({ folder }: Index): string {
  return join(SOURCES, folder, 'index.ts');
}

function generate({ folder, list, type, typeFrom }: Index): string {
  const names = readdirSync(join(SOURCES, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[a-z0-9-]+\.ts$/.test(entry.name) && entry.name !== 'index.ts')
    .map(({ name }) => name.slice(0, -'.ts'.length))
    .sort();
  const constants = names.map(toConstant);
  for (const [index, name] of names.entries()) {
    const file = join(SOURCES, folder, `${name}.ts`);
    const declaration = `export const ${constants[index]}`;
    if (
      !readFileSync(file, 'utf8')
        .split(/[:=]/)
        .some((text) => text.trimEnd().endsWith(declaration))
    ) {
      throw new Error(`${file} must contain "${declaration}".`);
    }
  }
  const head = `export const ${list}: readonly ${type}[] = `;
  const line = `${head}[${constants.join(', ')}];`;
  return [
    '// Generated from the files of this folder by "npm run providers -- --write". Do not edit.',
    '// biome-ignore-all assist/source/organizeImports: in the order of the file names',
    `import type { ${type} } from '${typeFrom}';`,
    ...names.map((name, index) => `import { ${constants[index]} } from './${name}.ts';`),
    '',
    line.length <= LINE_WIDTH ? line : `${head}[\n${constants.map((name) => `  ${name},\n`).join('')}];`,
    '',
  ].join('\n');
}

/** Each oracle is loaded by itself: some make keys when they are loaded. */
function generateOracles(): string {
  const names = readdirSync(ORACLES)
    .filter((name) => /^[a-z0-9-]+\.ts$/.test(name) && !NOT_ORACLES.includes(name))
    .map((name) => name.slice(0, -'.ts'.length))
    .sort();
  const keyOf = (name: string) => (/^[a-z][a-z0-9]*$/.test(name) ? name : `'${name}'`);
  return [
    '// Generated from the files of this folder by "npm run providers -- --write". Do not edit.',
    "import type { Oracle } from './oracle.ts';",
    '',
    '/** The oracle of each provider that has one, by the id of the provider. */',
    'export const ORACLE_LOADERS: Readonly<Record<string, () => Promise<{ oracle: Oracle }>>> = {',
    ...names.map((name) => `  ${keyOf(name)}: () => import('./${name}.ts'),`),
    '};',
    '',
  ].join('\n');
}

const NOT_ORACLES = ['index.ts', 'oracle-loaders.ts', 'oracle.ts'];

/** `adyen-platform` → `adyenPlatform`. */
function toConstant(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
