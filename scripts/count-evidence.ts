import type { Provider } from '../packages/providers/src/index.ts';

const OFFICIAL = ['published-vector', 'official-sdk', 'official-docs', 'standard'];

/** How many providers rest on what. Each provider counts as official if at least one of its sources is. */
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
