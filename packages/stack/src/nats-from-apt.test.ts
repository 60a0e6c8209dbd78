import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { planAptFetch } from './nats-from-apt.ts';

/** A file system root that contains only these files. */
function makeRoot(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'hookline-apt-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const tools = { 'usr/bin/apt-get': '', 'usr/bin/dpkg-deb': '' };
const debian = {
  ...tools,
  'etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\nVERSION_CODENAME=bookworm\n',
};
const keyring = { 'usr/share/keyrings/debian-archive-keyring.gpg': '' };
const sources = {
  'etc/apt/sources.list': '# moved to sources.list.d\n',
  'etc/apt/sources.list.d/vendor.list': 'deb https://vendor.example/apt bookworm stable\n',
  'etc/apt/sources.list.d/debian.sources':
    'Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n',
};

it("uses the newest suite of the machine's mirror, verified with the distribution's keyring", () => {
  expect(planAptFetch(makeRoot({ ...debian, ...keyring, ...sources }))).toEqual({
    sourceLine:
      'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian sid main',
  });
});

it('uses the universe component of the devel suite on Ubuntu', () => {
  const root = makeRoot({
    ...tools,
    'etc/os-release': 'ID=ubuntu\nVERSION_CODENAME=noble\n',
    'etc/apt/sources.list': 'deb http://mirror.example/ubuntu noble main universe\n',
    'usr/share/keyrings/ubuntu-archive-keyring.gpg': '',
  });
  expect(planAptFetch(root)).toEqual({
    sourceLine:
      'deb [signed-by=/usr/share/keyrings/ubuntu-archive-keyring.gpg] http://mirror.example/ubuntu devel universe',
  });
});

it.each([
  ['another distribution', { ...tools, 'etc/os-release': 'ID=fedora\n' }, 'neither Debian nor Ubuntu'],
  ['a Debian without apt', { 'etc/os-release': debian['etc/os-release'] }, 'apt-get or dpkg-deb is missing'],
  ['no mirror', { ...debian, ...keyring }, 'no mirror'],
  ['no keyring', { ...debian, ...sources }, 'keyring is missing'],
])('returns the reason when apt cannot be used: %s', (_, files, reason) => {
  expect(planAptFetch(makeRoot(files))).toEqual({ reason: expect.stringContaining(reason) });
});
