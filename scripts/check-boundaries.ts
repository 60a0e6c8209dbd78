// Part of `npm run lint`: the arrows of docs/architecture.md that turbo's boundaries cannot see.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

interface Rule {
  /** The rule in words, as printed for a breach. */
  says: string;
  files: string[];
  /** Every match is a breach. */
  forbids: (file: string, text: string) => string[];
}

/** The apps that have tables. */
const services = ['ingest', 'delivery', 'scheduler', 'gateway'] as const;
const apps = [...services, 'cli', 'dashboard'] as const;
/** Packages for developers that are not part of a service. They may read the environment. */
const tools = ['stack', 'testkit', 'emulators', 'demo', 'bench', 'e2e'];
const sources = (pattern: string) => globSync(pattern).filter((file) => !/node_modules|\/dist\//.test(file));
const importsOf = (text: string) =>
  [...text.matchAll(/(?:from|import)\s?\(?\s?'([^']+)'/g)].map((match) => match[1] as string);

/** Whether an import is of an app. `@hookline/client` is not of the app `cli`. */
const isOf = (app: string, name: string) =>
  `${name}/`.startsWith(`@hookline/${app}/`) || name.includes(`apps/${app}/`);

/** Tables by owner, as the schema files declare them. */
const tablesOf = Object.fromEntries(
  services.map((app) => [
    app,
    [...readFileSync(`packages/db/src/schema/${app}.ts`, 'utf8').matchAll(/pgTable\('([a-z_]+)'/g)].map(
      (match) => match[1] as string,
    ),
  ]),
);

/** Delivery's wings, each with the wings that it must not import. Imports go from the routes towards the endpoints. */
const wings: Record<string, readonly string[]> = {
  endpoints: ['pipeline', 'operations', 'routes'],
  pipeline: ['operations', 'routes'],
  'pipeline/delivery': ['pipeline/'],
  operations: ['routes'],
  sql: ['pipeline', 'operations', 'routes'],
};

const rules: Rule[] = [
  ...Object.entries(wings).map(([wing, forbidden]) => ({
    says: `in delivery, ${wing} must not import ${forbidden.join(', ')}`,
    files: sources(`apps/delivery/src/${wing}/**/*.ts`),
    forbids: (file: string, text: string) =>
      importsOf(text).filter((name) => {
        const target = relative('apps/delivery/src', join(dirname(file), name));
        return (
          name.startsWith('.') &&
          !target.startsWith(`${wing}/`) &&
          forbidden.some((other) => `${target}/`.startsWith(other))
        );
      }),
  })),
  {
    says: 'an app must not import another app',
    files: sources('apps/*/{src,test}/**/*.{ts,tsx}'),
    forbids: (file, text) => {
      const own = file.split('/')[1];
      return importsOf(text).filter((name) => apps.some((app) => app !== own && isOf(app, name)));
    },
  },
  {
    says: 'a package must not import an app',
    files: sources('packages/*/{src,test}/**/*.ts'),
    forbids: (_file, text) => importsOf(text).filter((name) => apps.some((app) => isOf(app, name))),
  },
  {
    says: 'this package may import only the json package of Hookline, so that it can be used alone',
    files: sources('packages/{contracts,json,signing,providers,outbound,filters,sandbox}/src/**/*.ts'),
    forbids: (_file, text) =>
      importsOf(text).filter((name) => name.startsWith('@hookline/') && name !== '@hookline/json'),
  },
  {
    says: 'the client must import only types, so that no schema gets into a browser bundle: use `import type`',
    files: sources('packages/client/src/**/*.ts').filter((file) => !file.endsWith('.test.ts')),
    forbids: (_file, text) =>
      [...text.matchAll(/^(?:import|export) (?!type )[^;]*? from '(@hookline\/[^']+)';/gm)].map(
        (match) => match[1] as string,
      ),
  },
  {
    says: 'the dashboard must import only types of the contracts, so that no schema gets into its bundle: use `import type`',
    files: sources('apps/dashboard/src/**/*.{ts,tsx}'),
    forbids: (_file, text) =>
      [...text.matchAll(/^import (?!type )[^;]*? from '@hookline\/contracts';/gm)].map(([match]) => match),
  },
  {
    says: 'only the parts of the dashboard import the libraries that they wrap',
    files: sources('apps/dashboard/src/{app,changes,feed,lists,pages,session,shell}/**/*.{ts,tsx}'),
    forbids: (_file, text) =>
      importsOf(text).filter((name) => /^(?:@base-ui|@codemirror|@lezer)\/|^(?:virtua|uplot)$/.test(name)),
  },
  {
    says: 'a default of a request is written with `withDefault`, so that callers may leave the field out',
    files: sources('packages/contracts/src/api/*.ts').filter(
      (file) => !/\/(?:common|settings)\.ts$/.test(file),
    ),
    forbids: (_file, text) => [...text.matchAll(/\bdefault: /g)].map(([match]) => match),
  },
  {
    says: 'only the app that owns a table may use it',
    files: sources('apps/*/src/**/*.ts'),
    forbids: (file, text) => {
      const own = file.split('/')[1] as string;
      const others = services.filter((app) => app !== own);
      return [
        ...importsOf(text).filter((name) => others.some((app) => name === `@hookline/db/${app}`)),
        ...others.flatMap((app) =>
          (tablesOf[app] ?? []).filter((table) =>
            new RegExp(`\\b(?:from|join|into|update|table)\\s+${table}\\b`, 'i').test(text),
          ),
        ),
      ];
    },
  },
  {
    says: 'a package takes options; only env.ts and entry points read the environment',
    files: sources('packages/*/src/**/*.ts').filter(
      (file) => !tools.includes(file.split('/')[1] as string) && !/\/main\.ts$|\.test\.ts$/.test(file),
    ),
    forbids: (_file, text) => [...text.matchAll(/process\.env/g)].map(([match]) => match),
  },
  {
    says: 'a library does not end the process: it throws, or calls onFatal',
    files: sources('{packages,apps}/*/src/**/*.ts').filter(
      (file) => !tools.includes(file.split('/')[1] as string) && !/\/main\.ts$|\.test\.ts$/.test(file),
    ),
    forbids: (_file, text) => [...text.matchAll(/process\.exit\(/g)].map(([match]) => match),
  },
  {
    says: 'an app reads the environment once, in the file that is started',
    files: sources('apps/*/src/**/*.ts').filter(
      (file) => !/\/(server|rewrap|main)\.ts$|\.test\.ts$/.test(file),
    ),
    forbids: (_file, text) => [...text.matchAll(/process\.env/g)].map(([match]) => match),
  },
];

let breaches = 0;
for (const { says, files, forbids } of rules) {
  if (files.length === 0)
    throw new Error(`No files match the rule "${says}". Run this in the root of the repository.`);
  for (const file of files) {
    for (const found of forbids(file, readFileSync(file, 'utf8'))) {
      console.error(`${file}: ${found}: ${says}`);
      breaches++;
    }
  }
}
console.log(breaches === 0 ? 'Boundaries are kept.' : `${breaches} breaches.`);
process.exit(breaches === 0 ? 0 : 1);
