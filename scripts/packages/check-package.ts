import { readFileSync } from 'node:fs';
import { checkPackage as checkTypes, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/**
 * What publint and arethetypeswrong find wrong with a tarball. The packages are ES modules: how CommonJS code before Node 22
 * and the resolution of Node 10 see them does not count.
 */
export async function checkPackage(tarball: string): Promise<string[]> {
  const bytes = readFileSync(tarball);
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const { messages, pkg } = await publint({ pack: { tarball: data }, strict: true });
  const analysis = await checkTypes(createPackageFromTarballData(new Uint8Array(data)));
  const typeProblems = analysis.types
    ? analysis.problems.filter(
        (problem) =>
          !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
      )
    : [{ kind: 'NoTypes' }];
  return [
    ...messages.map((message) => `publint: ${formatMessage(message, pkg) ?? message.code}`),
    ...typeProblems.map((problem) => `arethetypeswrong: ${JSON.stringify(problem)}`),
  ];
}
