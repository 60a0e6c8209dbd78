import { build } from 'esbuild';

/**
 * A program for browsers in one file, minified.
 * @param source an ES module
 * @param resolveDir the folder from which it imports
 */
export async function bundle(
  source: string,
  resolveDir: string,
  format: 'esm' | 'iife' = 'esm',
): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir },
    bundle: true,
    minify: true,
    format,
    platform: 'browser',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
