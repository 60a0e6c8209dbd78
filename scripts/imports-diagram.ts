/**
 * The imports diagram in docs/architecture.md, generated from the package.json files. `--write` updates it; without an
 * option (a part of `npm run lint`) it fails if the diagram is out of date. `turbo boundaries` and knip check that the
 * declared dependencies are those that the code imports.
 */
import { globSync, readFileSync } from 'node:fs';
import { replaceBetween, writeOrCheck } from './generated-file.ts';

const PAGE = 'docs/architecture.md';
const START = '<!-- imports: node scripts/imports-diagram.ts --write -->\n';
const END = '<!-- end of imports -->\n';
const SCOPE = '@hookline/';
const KINDS = { app: 'apps', lib: 'packages', tool: 'tools' } as const;

type Kind = keyof typeof KINDS;
interface Part {
  name: string;
  kind: Kind;
  imports: string[];
}

const parts = globSync('{apps,packages}/*/package.json').sort().map(readPart);
const byName = new Map(parts.map((part) => [part.name, part]));
writeOrCheck({
  file: PAGE,
  current: replaceBetween(readFileSync(PAGE, 'utf8'), START, END, `\n${toMermaid()}\n`),
  upToDate: `${PAGE} shows the imports of ${parts.length} apps and packages.`,
  stale: `${PAGE} does not show the imports as the package.json files declare them.`,
});

function readPart(file: string): Part {
  const folder = file.slice(0, file.lastIndexOf('/'));
  const { name, dependencies = {} } = JSON.parse(readFileSync(file, 'utf8'));
  const [tag] = JSON.parse(readFileSync(`${folder}/turbo.json`, 'utf8')).tags;
  return {
    name: shorten(name),
    kind: tag === 'app' || tag === 'tool' ? tag : 'lib',
    imports: Object.keys(dependencies)
      .filter((dependency) => dependency.startsWith(SCOPE))
      .map(shorten),
  };
}

function shorten(name: string): string {
  return name.slice(SCOPE.length);
}

/** Everything that a part imports, directly or through another part. */
function reach(name: string): Set<string> {
  const imports = byName.get(name)?.imports ?? [];
  return new Set(imports.flatMap((each) => [each, ...reach(each)]));
}

/** An arrow is left out if another import of the same part leads to the same package. */
function arrowsOf({ name, imports }: Part): string[] {
  return imports
    .filter((target) => !imports.some((other) => other !== target && reach(other).has(target)))
    .map((target) => `  ${name} --> ${target}`);
}

function toMermaid(): string {
  const groups = Object.entries(KINDS).flatMap(([kind, title]) => [
    `  subgraph ${title}`,
    ...parts.filter((part) => part.kind === kind).map(({ name }) => `    ${name}`),
    '  end',
  ]);
  return ['```mermaid', 'flowchart LR', ...groups, ...parts.flatMap(arrowsOf), '```', ''].join('\n');
}
