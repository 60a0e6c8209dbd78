/** The fields of an apt package source that are needed to download one package from the same mirror. */
export interface AptSource {
  uri: string;
  suites: string[];
  components: string[];
  /** Path of the keyring that verifies the source's signature, if the source names one. */
  signedBy?: string;
}

/** Reads a one-line `sources.list`: `deb [signed-by=/path arch=amd64] http://mirror/debian bookworm main`. */
export function parseOneLineSources(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)/.exec(line);
    if (!match) continue;
    const [, options = '', uri = '', suite = '', components = ''] = match;
    const signedBy = /(?:^|\s)signed-by=(\/[^\s,]+)/i.exec(options)?.[1];
    sources.push({ uri, suites: [suite], components: words(components), ...(signedBy ? { signedBy } : {}) });
  }
  return sources;
}

/** Reads a deb822 `.sources` file: paragraphs of `Types:`, `URIs:`, `Suites:`, `Components:`, `Signed-By:`. */
export function parseDeb822Sources(text: string): AptSource[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap(parseParagraph);
}

function parseParagraph(paragraph: string): AptSource[] {
  const fields = new Map<string, string>();
  let name: string | undefined;
  for (const line of paragraph.split('\n')) {
    const match = /^([A-Za-z-]+):(.*)$/.exec(line);
    if (match) {
      name = match[1]?.toLowerCase() ?? '';
      fields.set(name, match[2]?.trim() ?? '');
    } else if (name !== undefined && /^\s/.test(line)) {
      fields.set(name, `${fields.get(name)}\n${line.trim()}`);
    }
  }
  if (!words(fields.get('types')).includes('deb') || /^(no|false|0)$/i.test(fields.get('enabled') ?? ''))
    return [];
  const signedBy = words(fields.get('signed-by')).find((path) => path.startsWith('/'));
  return words(fields.get('uris')).map((uri) => ({
    uri,
    suites: words(fields.get('suites')),
    components: words(fields.get('components')),
    ...(signedBy ? { signedBy } : {}),
  }));
}

const words = (text = '') => text.split(/\s+/).filter((word) => word !== '');

/**
 * The source of the distribution itself: its suite is the release's codename. Security archives and third-party sources
 * are excluded, because they do not contain other releases.
 */
export function findDistributionSource(
  sources: readonly AptSource[],
  codename: string,
): AptSource | undefined {
  return sources.find(
    (source) =>
      source.suites.includes(codename) &&
      source.components.includes('main') &&
      !source.uri.includes('security') &&
      /^(https?|file|mirror|mirror\+[a-z]+|copy|ftp|tor\+https?):/.test(source.uri),
  );
}
