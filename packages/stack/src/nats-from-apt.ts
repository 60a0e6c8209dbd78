import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AptSource,
  findDistributionSource,
  parseDeb822Sources,
  parseOneLineSources,
} from './apt-sources.ts';
import { type Log, say } from './log.ts';
import { runWithProgress } from './run-with-progress.ts';

interface Distribution {
  /** The suite that contains a current nats-server. */
  suite: string;
  component: string;
  keyrings: string[];
}

/** The nats-server of a stable release is too old (2.9 in Debian 12), so the package comes from the newest suite. */
const distributions: Record<string, Distribution> = {
  debian: {
    suite: 'sid',
    component: 'main',
    keyrings: [
      '/usr/share/keyrings/debian-archive-keyring.gpg',
      '/usr/share/keyrings/debian-archive-keyring.pgp',
    ],
  },
  ubuntu: {
    suite: 'devel',
    component: 'universe',
    keyrings: ['/usr/share/keyrings/ubuntu-archive-keyring.gpg'],
  },
};

export interface AptPlan {
  /** The one line of the private sources.list. */
  sourceLine: string;
}

/** The plan for downloading the package on this machine, or the reason why that is impossible. */
export function planAptFetch(root = '/'): AptPlan | { reason: string } {
  const release = readSettings(join(root, 'etc/os-release'));
  const distribution = distributions[release['ID'] ?? ''];
  if (!distribution) return { reason: 'this is neither Debian nor Ubuntu' };
  if (!existsSync(join(root, 'usr/bin/apt-get')) || !existsSync(join(root, 'usr/bin/dpkg-deb'))) {
    return { reason: 'apt-get or dpkg-deb is missing' };
  }
  const source = findDistributionSource(
    readSources(join(root, 'etc/apt')),
    release['VERSION_CODENAME'] ?? '',
  );
  if (!source) return { reason: '/etc/apt names no mirror of the distribution' };
  const keyring = [source.signedBy, ...distribution.keyrings].find(
    (path) => path && existsSync(join(root, path)),
  );
  if (!keyring) return { reason: "the distribution's keyring is missing (package debian-archive-keyring)" };
  return {
    sourceLine: `deb [signed-by=${keyring}] ${source.uri} ${distribution.suite} ${distribution.component}`,
  };
}

/**
 * Downloads the distribution's current nats-server into `dir` with a separate apt configuration. It uses no list, cache,
 * lock or hook of the system and needs no privileges. Returns the path of the executable.
 */
export async function fetchNatsFromApt(
  plan: AptPlan,
  options: { dir: string; env: NodeJS.ProcessEnv; log: Log; signal?: AbortSignal | undefined },
): Promise<string> {
  const { dir, env, log, signal } = options;
  mkdirSync(join(dir, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(dir, 'cache', 'archives', 'partial'), { recursive: true });
  writeFileSync(join(dir, 'sources.list'), `${plan.sourceLine}\n`);
  writeFileSync(join(dir, 'apt.conf'), describeAptConfig(dir));
  const onLine = (line: string) => {
    if (!/^(Reading|Building|WARNING|$)/.test(line)) say(log, 'nats', `  ${line}`);
  };
  const apt = async (...args: string[]) =>
    await runWithProgress('/usr/bin/apt-get', ['-c', join(dir, 'apt.conf'), ...args], {
      cwd: dir,
      env: { ...env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
      signal,
      onLine,
    });
  await apt('update');
  await apt('download', 'nats-server');
  const archive = readdirSync(dir).find((name) => /^nats-server_.*\.deb$/.test(name));
  if (!archive) throw new Error('apt-get downloaded no package');
  await runWithProgress('/usr/bin/dpkg-deb', ['-x', archive, 'package'], { cwd: dir, env, signal, onLine });
  return join(dir, 'package', 'usr', 'sbin', 'nats-server');
}

function describeAptConfig(dir: string): string {
  return `Dir::Etc::sourcelist "${join(dir, 'sources.list')}";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "${join(dir, 'lists')}";
Dir::Cache "${join(dir, 'cache')}";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
// As root, apt would switch to a user that can't read a private directory.
APT::Sandbox::User "root";
// This configuration does not know the system's preferred release. Hooks change the system and fail for an ordinary user.
#clear APT::Default-Release;
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`;
}

function readSources(aptDir: string): AptSource[] {
  const parts = join(aptDir, 'sources.list.d');
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  return [
    ...parseOneLineSources(readText(join(aptDir, 'sources.list'))),
    ...names
      .filter((name) => name.endsWith('.sources'))
      .flatMap((name) => parseDeb822Sources(readText(join(parts, name)))),
    ...names
      .filter((name) => name.endsWith('.list'))
      .flatMap((name) => parseOneLineSources(readText(join(parts, name)))),
  ];
}

function readSettings(path: string): Record<string, string> {
  return Object.fromEntries(
    [...readText(path).matchAll(/^([A-Z_]+)="?([^"\n]*)"?$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
