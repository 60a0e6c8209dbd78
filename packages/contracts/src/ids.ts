/**
 * Ids are `<prefix>_<ULID>`: 48 bits of milliseconds and 80 random bits in Crockford's base 32. They sort by time and
 * contain the time at which they were generated.
 */
export const ID_PREFIX = {
  event: 'evt',
  endpoint: 'ep',
  source: 'src',
  rejection: 'rej',
  apiKey: 'key',
  session: 'ses',
  portalSession: 'pts',
  replay: 'rpl',
  bulkJob: 'blk',
  connectionBulkJob: 'cbj',
  subscription: 'sub',
  oauthApp: 'oap',
  connection: 'con',
  connectionJournal: 'cjn',
  connectionAnnouncement: 'can',
  connectionTask: 'tsk',
  grantRevocation: 'grv',
  schedule: 'sch',
  platformWebhook: 'pwh',
  audit: 'aud',
  view: 'vw',
  alertRule: 'alr',
  alert: 'alt',
  alertNotification: 'aln',
} as const;

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID_PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** The last ULID of the year 9999; later times cannot be written. ULIDs sort as text. */
const LAST_ULID = '76EZ91ZPZZZZZZZZZZZZZZZZZZ';

const isUlid = (text: string) => ULID_PATTERN.test(text) && text <= LAST_ULID;

function timeOfUlid(ulid: string): number {
  let time = 0;
  for (let index = 0; index < 10; index++) time = time * 32 + CROCKFORD.indexOf(ulid.charAt(index));
  return time;
}

export function isId(prefix: string, id: string): boolean {
  return id.startsWith(`${prefix}_`) && isUlid(id.slice(prefix.length + 1));
}

/**
 * Milliseconds since 1970 of the ULID in an id, with or without a prefix.
 * @returns undefined when the text has no ULID, or one of a time after the year 9999
 */
export function timeOfId(id: string): number | undefined {
  const ulid = id.slice(id.indexOf('_') + 1);
  return isUlid(ulid) ? timeOfUlid(ulid) : undefined;
}

/** The first possible id of a moment (milliseconds since 1970): a bound for ids that sort by time. */
export function firstIdAt(prefix: string, timeMs: number): string {
  let text = '';
  for (let rest = Math.max(0, Math.floor(timeMs)), n = 0; n < 10; n++, rest = Math.floor(rest / 32))
    text = CROCKFORD.charAt(rest % 32) + text;
  return `${prefix}_${text}${'0'.repeat(16)}`;
}

/**
 * A delivery is one event for one endpoint, and its id consists of both: `dlv_<event ULID>_<endpoint ULID>`.
 */
export function deliveryId(eventId: string, endpointId: string): string {
  return `dlv_${eventId.slice(4)}_${endpointId.slice(3)}`;
}

/** An attempt is one try of a delivery: `att_<event ULID>_<endpoint ULID>_<number>`. */
export function attemptId(eventId: string, endpointId: string, attempt: number): string {
  return `att${deliveryId(eventId, endpointId).slice(3)}_${attempt}`;
}

/** @returns undefined when the text is not an attempt id */
export function parseAttemptId(
  id: string,
): { eventId: string; endpointId: string; attempt: number } | undefined {
  const end = id.lastIndexOf('_');
  const number = id.slice(end + 1);
  if (!id.startsWith('att_') || !/^[1-9][0-9]{0,5}$/.test(number)) return undefined;
  const delivery = parseDeliveryId(`dlv${id.slice(3, end)}`);
  return delivery && { ...delivery, attempt: Number(number) };
}

/** @returns undefined when the text is not a delivery id */
export function parseDeliveryId(id: string): { eventId: string; endpointId: string } | undefined {
  const [prefix, event, endpoint, ...rest] = id.split('_');
  if (prefix !== 'dlv' || rest.length > 0 || event === undefined || endpoint === undefined) return undefined;
  if (!isUlid(event) || !isUlid(endpoint)) return undefined;
  return { eventId: `evt_${event}`, endpointId: `ep_${endpoint}` };
}
