import { createEventTypeMatcher, EVENT_TYPE_PATTERN_SCHEMA } from '@hookline/contracts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';

/** Where events of some types are sent on this machine. */
export interface Target {
  /** The event type pattern, as it was given. `*`: all types. */
  pattern: string;
  url: URL;
  matches(type: string): boolean;
}

const PATTERN = new RegExp(EVENT_TYPE_PATTERN_SCHEMA);

/**
 * Reads the values of `--forward`: an address for all events, or `<pattern>=<address>`. An event goes to the first
 * target whose pattern matches; a target for all events comes last, wherever it was given.
 * @throws CliError
 */
export function readTargets(values: readonly string[]): Target[] {
  const targets = values.map(readTarget);
  const everything = targets.filter(({ pattern }) => pattern === '*');
  if (everything.length > 1)
    throw new CliError(EXIT.usage, 'Only one --forward may be without an event type.', {
      hint: "Name the types of the others, such as --forward 'github.*=http://localhost:4000/hook'.",
    });
  return [...targets.filter(({ pattern }) => pattern !== '*'), ...everything];
}

export function targetOf(targets: readonly Target[], type: string): Target | undefined {
  return targets.find(({ matches }) => matches(type));
}

/** A host name of this machine. Only there may certificates be left unchecked. */
export function isLoopback({ hostname }: URL): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/** @throws CliError unless all targets are of this machine */
export function requireLoopback(targets: readonly Target[]): void {
  const other = targets.find(({ url }) => !isLoopback(url));
  if (other === undefined) return;
  throw new CliError(
    EXIT.usage,
    `--insecure is only for servers of this machine, and ${other.url.host} is not.`,
  );
}

function readTarget(value: string): Target {
  const at = value.indexOf('=');
  const before = at === -1 ? '' : value.slice(0, at);
  const hasPattern = PATTERN.test(before);
  const pattern = hasPattern ? before : '*';
  const url = readAddress(hasPattern ? value.slice(at + 1) : value);
  return { pattern, url, matches: createEventTypeMatcher([pattern]).matches };
}

/** `4000` and `localhost:4000/hook` are short for addresses with http. */
function readAddress(text: string): URL {
  const full = /^\d{1,5}$/.test(text)
    ? `http://localhost:${text}`
    : /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
      ? text
      : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (
    url === undefined ||
    text === '' ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.username !== '' ||
    url.hash !== ''
  ) {
    throw new CliError(
      EXIT.usage,
      `--forward: "${text}" is not an address such as http://localhost:4000/hook.`,
    );
  }
  return url;
}
