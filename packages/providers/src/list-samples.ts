import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A request of a provider without its signature: documented names and nesting, made-up values. One file per provider,
 * `samples/<id>.json`.
 */
export interface Sample {
  /** The event in a few words, for the person who chooses a sample. */
  readonly title: string;
  /** Default POST. */
  readonly method?: string;
  /** Headers in addition to the content type and the signature, with names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Such as `a=1&b=2`. */
  readonly query?: string;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** A JSON value, or a text for any other content type. */
  readonly body: unknown;
  /** The resulting events, in their order. An empty list: the request is answered and stores no event. */
  readonly events: readonly SampleEvent[];
}

/** The values that Hookline reads from the event. A value that is a hash is omitted. */
export interface SampleEvent {
  readonly type: string;
  /** Default: the provider, as in `/github`. */
  readonly source?: string;
  readonly subject?: string;
  /** ISO 8601. */
  readonly time?: string;
  readonly deliveryId?: string;
  readonly action?: string;
  readonly repository?: string;
  readonly control?: { readonly kind: string; readonly reason?: string };
}

const FOLDER = join(import.meta.dirname, '..', 'samples');
const read = new Map<string, readonly Sample[]>();

/** The samples of a provider, the most usual first. Read on first use and then cached. */
export function listSamples(provider: string): readonly Sample[] {
  const known = read.get(provider);
  if (known !== undefined) return known;
  const file = join(FOLDER, `${provider}.json`);
  const samples = /^[a-z0-9-]+$/.test(provider) && existsSync(file) ? parse(file) : [];
  read.set(provider, samples);
  return samples;
}

function parse(file: string): readonly Sample[] {
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Sample[];
}
