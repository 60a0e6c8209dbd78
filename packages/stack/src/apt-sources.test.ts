import { describe, expect, it } from 'vitest';
import { findDistributionSource, parseDeb822Sources, parseOneLineSources } from './apt-sources.ts';

const deb822 = `Types: deb
# an older snapshot
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://mirror.example/debian-security https://other.example/debian-security
Suites: bookworm-security
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://sources.example/debian
Suites: bookworm
Components: main
`;

const oneLine = `# deb http://commented.example/debian bookworm main
deb http://security.example/debian-security bookworm-security main
deb-src http://mirror.example/debian bookworm main
deb [arch=amd64 signed-by=/etc/apt/keyrings/vendor.gpg] https://vendor.example/apt bookworm stable
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] https://mirror.example/debian bookworm main contrib # note
deb cdrom:[Debian 12]/ bookworm main
`;

describe('deb822 sources', () => {
  it('returns one source for each URI of each enabled paragraph of binary packages', () => {
    expect(parseDeb822Sources(deb822)).toEqual([
      {
        uri: 'http://mirror.example/debian',
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main'],
        signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
      },
      {
        uri: 'http://mirror.example/debian-security',
        suites: ['bookworm-security'],
        components: ['main', 'contrib'],
      },
      {
        uri: 'https://other.example/debian-security',
        suites: ['bookworm-security'],
        components: ['main', 'contrib'],
      },
    ]);
  });
});

describe('one-line sources', () => {
  it('reads options, suite and components, and skips comments and sources of source code', () => {
    expect(parseOneLineSources(oneLine).slice(0, 3)).toEqual([
      { uri: 'http://security.example/debian-security', suites: ['bookworm-security'], components: ['main'] },
      {
        uri: 'https://vendor.example/apt',
        suites: ['bookworm'],
        components: ['stable'],
        signedBy: '/etc/apt/keyrings/vendor.gpg',
      },
      {
        uri: 'https://mirror.example/debian',
        suites: ['bookworm'],
        components: ['main', 'contrib'],
        signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
      },
    ]);
  });
});

describe('findDistributionSource', () => {
  it("finds the distribution's own mirror among security archives, vendors and discs", () => {
    expect(findDistributionSource(parseOneLineSources(oneLine), 'bookworm')?.uri).toBe(
      'https://mirror.example/debian',
    );
    expect(findDistributionSource(parseDeb822Sources(deb822), 'bookworm')?.uri).toBe(
      'http://mirror.example/debian',
    );
  });

  it('finds none for another release', () => {
    expect(findDistributionSource(parseOneLineSources(oneLine), 'trixie')).toBeUndefined();
  });
});
