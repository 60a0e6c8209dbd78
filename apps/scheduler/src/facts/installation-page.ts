import { type Connectable, replaceOrigin } from '@hookline/providers';
import type { AppFacts } from './app-facts.ts';

/** The page of the provider on which a person installs the application. Undefined: there is none, or its name is not known. */
export function installationPageOf(
  { oauth }: Pick<Connectable, 'oauth'>,
  { settings }: Pick<AppFacts, 'settings'>,
): string | undefined {
  const { slug, origins = {} } = settings;
  const url = oauth?.installation?.url;
  return url === undefined || slug === undefined
    ? undefined
    : replaceOrigin(url.replace('{slug}', slug), origins);
}
