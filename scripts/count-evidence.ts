import type { Provider } from '../packages/providers/src/index.ts';

const OFFICIAL = ['published-vector', 'official-sdk', 'official-docs', 'standard'];

/** The number of providers by evidence. A provider counts as official if at least one of its sources is official. */
export function countEvidence(providers: readonly Provider[]) {
  const countOf = (kind: string) =>
    providers.filter(({ evidence }) => evidence.some((each) => each.kind === kind)).length;
  const secondaryOnly = providers.filter(
    ({ evidence }) => !evidence.some(({ kind }) => OFFICIAL.includes(kind)),
  );
  return {
    all: providers.length,
    official: providers.length - secondaryOnly.length,
    publishedVector: countOf('published-vector'),
    officialSdk: countOf('official-sdk'),
    officialDocs: countOf('official-docs'),
    standard: countOf('standard'),
    secondaryOnly,
  };
}
