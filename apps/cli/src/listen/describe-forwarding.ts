import { countNouns } from '@hookline/contracts';
import { formatClock } from '../output/format-time.ts';
import type { Paint } from '../terminal/paint.ts';
import { safeBlock, safeLine } from '../terminal/safe-text.ts';
import type { Forwarding } from './forwarder.ts';

const textOf = (body: Uint8Array) => new TextDecoder().decode(body);

/** Whether the local server did not accept the event. */
export function hasFailed({ state, result }: Forwarding): boolean {
  if (state !== 'done' || result === undefined) return false;
  return result.kind !== 'answered' || result.status < 200 || result.status >= 300;
}

/** `12:03:04.118  github.push  acme/api  → 200  43 ms  evt_…`, and the reason of a failure behind it. */
export function describeForwarding(forwarding: Forwarding, paint: Paint): string {
  const { event } = forwarding;
  const about = event.repository ?? event.subject ?? '';
  return [
    paint('dim', formatClock(new Date(event.receivedAt))),
    safeLine(event.type),
    ...(about === '' ? [] : [safeLine(about)]),
    describeResult(forwarding, paint),
    paint('dim', safeLine(event.id)),
    ...(hasFailed(forwarding) ? [paint('red', reasonOf(forwarding))] : []),
  ].join('  ');
}

export function describeResult(forwarding: Forwarding, paint: Paint): string {
  const { state, result } = forwarding;
  if (state === 'skipped') return paint('dim', '– no --forward matches');
  if (state === 'queued') return paint('dim', '… waits');
  if (state === 'sending') return paint('dim', '→ …');
  if (state === 'holding') return paint('yellow', '→ held');
  if (result === undefined) return '';
  if (result.kind !== 'answered') return paint('red', `→ ${RESULT_WORDS[result.kind]}`);
  const text = `→ ${result.status}  ${Math.round(result.durationMs)} ms`;
  return paint(hasFailed(forwarding) ? 'red' : 'green', text);
}

const RESULT_WORDS = {
  refused: 'refused',
  broken: 'broke off',
  timeout: 'no answer',
  impossible: 'not sent',
  unreadable: 'not read',
} as const;

/** How old an event is when its provider's signature has probably expired: most providers allow 5 minutes. */
const OLD_MS = 300_000;

/** The first line of the answer's body, or why there was no answer. */
export function reasonOf({ result, event, request, original }: Forwarding): string {
  if (result === undefined) return '';
  if (result.kind !== 'answered') return safeLine(result.message);
  const [line = ''] = safeBlock(textOf(result.body)).trim().split('\n', 1);
  const first = line.slice(0, 200);
  const isRefusal = [400, 401, 403].includes(result.status);
  if (!isRefusal || request === undefined || original?.isProviders !== true) return first;
  if (original.withheld.length > 0)
    return `${first} (not forwarded, because they are secrets: ${original.withheld.map(safeLine).join(', ')}; a key with the scope sources:write gets them)`;
  const ageMs = (request.signedAtSeconds ?? 0) * 1_000 - Date.parse(event.receivedAt);
  return ageMs > OLD_MS
    ? `${first} (the event is ${Math.round(ageMs / 60_000)} minutes old: the provider's signature may have expired)`
    : first;
}

/** The request and the answer in full, for a person. */
export function describeDetails(forwarding: Forwarding, paint: Paint, maxBodyLines: number): string[] {
  const { request, result, original, event } = forwarding;
  const lines = [`${paint('bold', safeLine(event.type))}  ${safeLine(event.id)}  via ${safeLine(event.via)}`];
  if (request !== undefined) {
    lines.push(paint('dim', `${safeLine(request.method)} ${safeLine(request.url)}`));
    for (const [name, value] of request.headers)
      lines.push(`  ${paint('dim', `${safeLine(name)}:`)} ${safeLine(value)}`);
    if (original !== undefined && original.withheld.length > 0)
      lines.push(paint('yellow', `  not forwarded: ${original.withheld.map(safeLine).join(', ')}`));
    lines.push(...bodyLines(request.body, maxBodyLines, paint));
  }
  if (result?.kind === 'answered') {
    lines.push(paint('dim', `answer ${result.status} after ${Math.round(result.durationMs)} ms`));
    for (const [name, value] of result.headers)
      lines.push(`  ${paint('dim', `${safeLine(name)}:`)} ${safeLine(value)}`);
    lines.push(...bodyLines(result.body, maxBodyLines, paint));
  } else if (result !== undefined) lines.push(paint('red', safeLine(result.message)));
  return lines;
}

function bodyLines(body: Uint8Array, max: number, paint: Paint): string[] {
  if (body.length === 0) return [];
  const lines = safeBlock(prettyJson(textOf(body.subarray(0, 65_536)))).split('\n');
  const shown = lines.slice(0, max).map((line) => `  ${line}`);
  return lines.length > max
    ? [...shown, paint('dim', `  … ${countNouns(lines.length - max, 'more line')}`)]
    : shown;
}

/** JSON over several lines. Any other text, and JSON whose numbers would change, stays as it is. */
function prettyJson(text: string): string {
  if (/\d{16}/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
