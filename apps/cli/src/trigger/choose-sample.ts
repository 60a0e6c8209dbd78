import { nearestNames } from '@hookline/contracts';
import { listSamples, type Sample } from '@hookline/providers/samples';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { canSign, PUBLISHED_KEYS } from './sign-sample.ts';

/** The samples of a provider that can be signed. @throws CliError if there are none */
export function signableSamples(provider: string): readonly Sample[] {
  const samples = listSamples(provider);
  const signable = samples.filter((sample) => canSign(provider, sample));
  if (signable.length > 0) return signable;
  const why = PUBLISHED_KEYS.has(provider)
    ? `${provider} signs with a key that it publishes itself, so nobody else can sign for it.`
    : samples.length > 0
      ? `No sample of ${provider} can be signed here.`
      : `There are no samples of ${provider}.`;
  throw new CliError(EXIT.error, why, {
    hint: 'Publish the payload as an event of your own with "hookline events publish". "hookline providers" lists ids.',
  });
}

/** What an event of a provider is called on the command line: its type without the provider. */
export function namesOf(provider: string, { events, title }: Sample): string[] {
  return [...events.map(({ type }) => type.replace(`${provider}.`, '')), title];
}

/** The sample of an event: `push`, `issues.opened`, a whole type, or its title. Without one, the most usual sample. */
export function chooseSample(provider: string, event: string | undefined): Sample {
  const samples = signableSamples(provider);
  if (event === undefined) return samples.find(({ events }) => events.length > 0) ?? (samples[0] as Sample);
  const wanted = event.replace(`${provider}.`, '');
  const matching = (fits: (name: string) => boolean) =>
    samples.find((sample) => namesOf(provider, sample).some(fits));
  const found = matching((name) => name === wanted) ?? matching((name) => name.startsWith(`${wanted}.`));
  if (found !== undefined) return found;
  const names = [...new Set(samples.flatMap((sample) => namesOf(provider, sample).slice(0, -1)))];
  const near = nearestNames(wanted, names);
  throw new CliError(EXIT.usage, `${provider} has no sample "${event}".`, {
    hint: `Its samples are ${(near.length > 0 ? near : names).join(', ')}. All: "hookline trigger ${provider} --list".`,
  });
}
