import { type AlertChannel, ApiError } from '@hookline/contracts';
import { type AddressGuard, AddressNotAllowedError } from '@hookline/outbound';
import { invalidFields } from '@hookline/service';
import { generateSecret } from '@hookline/signing';
import { findTemplateProblem } from '../notifications/channels/fill-template.ts';
import { maskChannelUrl, type OpenChannel, REDACTED } from './alert-channels.ts';
import { findHeaderProblem } from './find-header-problem.ts';

export interface ChannelRules {
  guard: AddressGuard;
  /** Whether the installation can send e-mail. */
  sendsEmail: boolean;
}

/** The body of an `http` channel that has none. */
const DEFAULT_BODY = '{"text":"{{title}}: {{text}}"}';

/**
 * Reads the channels of a request. A redacted value stands for the stored one of the channel with the same name and type,
 * and a webhook keeps its secret.
 * @throws ApiError `invalid_request`, `endpoint_url_not_allowed`, `credentials_required`
 */
export async function readChannels(
  given: readonly AlertChannel[],
  stored: readonly OpenChannel[],
  rules: ChannelRules,
): Promise<OpenChannel[]> {
  const names = new Set<string>();
  const channels: OpenChannel[] = [];
  for (const [index, channel] of given.entries()) {
    const path = `body/channels/${index}`;
    const name = channel.name ?? channel.type;
    if (names.has(name)) {
      throw invalidFields({
        path: `${path}/name`,
        message: `must differ from the other channels: there are two with the name ${name}`,
      });
    }
    names.add(name);
    const before = stored.find((each) => each.name === name && each.type === channel.type);
    channels.push(await readChannel({ ...channel, name }, before, path, rules));
  }
  return channels;
}

async function readChannel(
  given: AlertChannel & { name: string },
  before: OpenChannel | undefined,
  path: string,
  rules: ChannelRules,
): Promise<OpenChannel> {
  const { name } = given;
  switch (given.type) {
    case 'event':
      return { type: given.type, name };
    case 'email':
      if (!rules.sendsEmail) {
        throw invalidFields({
          path: `${path}/type`,
          message: 'must not be email: this installation has no SMTP server (SMTP_URL)',
        });
      }
      return { type: given.type, name, to: given.to };
    case 'slack':
    case 'discord':
    case 'teams':
      return { type: given.type, name, url: await readUrl(given.url, before, path, rules.guard) };
    case 'webhook':
      return {
        type: given.type,
        name,
        url: await readUrl(given.url, before, path, rules.guard),
        headers: readHeaders(given, before, path),
        secret: before?.type === 'webhook' ? before.secret : generateSecret(),
      };
    case 'http': {
      const channel = {
        type: given.type,
        name,
        method: given.method ?? 'POST',
        url: await readUrl(given.url, before, path, rules.guard),
        headers: readHeaders(given, before, path),
        body: given.body ?? (given.method === 'GET' ? '' : DEFAULT_BODY),
      };
      const problem = findTemplateProblem(channel);
      if (problem) throw invalidFields({ path: `${path}/${problem.field}`, message: problem.message });
      return channel;
    }
  }
}

const urlOf = (channel: OpenChannel | undefined): string | undefined =>
  channel && 'url' in channel ? channel.url : undefined;

async function readUrl(
  given: string,
  before: OpenChannel | undefined,
  path: string,
  guard: AddressGuard,
): Promise<string> {
  if (given.includes(REDACTED)) {
    const stored = urlOf(before);
    if (stored !== undefined && maskChannelUrl(stored) === given) return stored;
    throw invalidFields({
      path: `${path}/url`,
      message: 'must be the whole URL: it is redacted, and is not that of the stored channel',
    });
  }
  try {
    const url = guard.parseUrl(given);
    await guard.checkAnswers(url);
    // As it was given: the placeholders of a template stay readable.
    return given;
  } catch (error) {
    if (!(error instanceof AddressNotAllowedError)) throw error;
    if (error.reason === 'url') throw invalidFields({ path: `${path}/url`, message: 'must be a URL' });
    throw new ApiError('endpoint_url_not_allowed', {
      cause: error,
      message: `${path}/url ${error.publicMessage}`,
    });
  }
}

function readHeaders(
  { type, url, headers: given = {} }: Extract<AlertChannel, { type: 'webhook' | 'http' }>,
  before: OpenChannel | undefined,
  path: string,
): Record<string, string> {
  const stored = before && 'headers' in before ? before.headers : {};
  const storedUrl = urlOf(before);
  // A redacted URL was found to be the stored one.
  const isMoved =
    storedUrl !== undefined && !url.includes(REDACTED) && new URL(storedUrl).origin !== new URL(url).origin;
  const known = new Map(Object.entries(stored).map(([name, value]) => [name.toLowerCase(), value]));
  const headers: Record<string, string> = {};
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(given)) {
    const at = `${path}/headers/${name}`;
    const key = name.toLowerCase();
    const problem = seen.has(key) ? 'is given twice' : findHeaderProblem(name, value, type);
    if (problem !== undefined) throw invalidFields({ path: at, message: problem });
    seen.add(key);
    const kept = value === REDACTED ? known.get(key) : value;
    if (kept !== undefined && value === REDACTED && isMoved) throw secretMoves(`${path}/url`, at);
    if (kept === undefined) {
      throw invalidFields({
        path: at,
        message: 'must be the real value: it is redacted, and no value is stored',
      });
    }
    headers[name] = kept;
  }
  return headers;
}

/** A stored value is sent to no other origin than the one that it was given for, as with endpoints (decision 42). */
function secretMoves(url: string, header: string): ApiError {
  const message = 'must be given again, or be removed';
  return new ApiError('credentials_required', {
    message: `${url} leads to another origin than before, and stored secrets are not sent there: ${header} ${message}`,
    details: [{ path: header, message }],
  });
}
