import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A .cpuprofile as Node writes it: a tree of calls, and the node that was running at each sample. */
export interface CpuProfile {
  nodes: ProfileNode[];
  /** Microseconds on the machine's monotonic clock. */
  startTime: number;
  samples: number[];
  /** Microseconds since the previous sample. */
  timeDeltas: number[];
}

interface ProfileNode {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number; columnNumber: number };
  children?: number[];
}

export interface HotFunction {
  name: string;
  /** `apps/ingest/src/app.ts:12`, `fastify/lib/reply.js:80`, `node:internal/crypto/hash:91`, or `native`. */
  place: string;
  ms: number;
  /** Share of the time in which the thread was not idle. */
  share: number;
}

export interface ProfileSummary {
  busyMs: number;
  idleMs: number;
  /** By the time spent in the function itself. */
  hottest: HotFunction[];
  /** Self time by package: a Hookline package, a dependency, Node's own JavaScript, or native code. */
  byPackage: HotFunction[];
  /** Time by the nearest Hookline function on the stack: its cost including the libraries that it calls. */
  byOwnFunction: HotFunction[];
}

/** From and to, in milliseconds of `machineNowMs`. */
export type TimeWindow = readonly [fromMs: number, toMs: number];

const IDLE = '(idle)';
const OWN = /^(apps|packages)\//;
const repository = new URL('../../../../', import.meta.url).href;

export function readProfile(path: string): CpuProfile {
  return JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
}

/** Counts the samples that fall into the windows, so that start-up, warm-up and waiting are left out. */
export function summarizeProfile(profile: CpuProfile, windows: readonly TimeWindow[]): ProfileSummary {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node.id);
  const nearestOwn = (id: number): ProfileNode | undefined => {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const node = byId.get(at);
      if (node && OWN.test(placeOf(node).file)) return node;
    }
    return undefined;
  };

  const timeOf = new Map<number, number>();
  let atUs = profile.startTime;
  for (const [index, sample] of profile.samples.entries()) {
    atUs += profile.timeDeltas[index] ?? 0;
    const atMs = atUs / 1_000;
    if (!windows.some(([from, to]) => atMs >= from && atMs <= to)) continue;
    // A sample stands for the time until the next one.
    const lastsMs = Math.max(0, profile.timeDeltas[index + 1] ?? 0) / 1_000;
    timeOf.set(sample, (timeOf.get(sample) ?? 0) + lastsMs);
  }

  const functions = new Tally();
  const packages = new Tally();
  const own = new Tally();
  let idleMs = 0;
  for (const [id, ms] of timeOf) {
    const node = byId.get(id);
    if (!node) continue;
    if (node.callFrame.functionName === IDLE) {
      idleMs += ms;
      continue;
    }
    const { file, line } = placeOf(node);
    functions.add(nameOf(node), line === 0 ? file : `${file}:${line}`, ms);
    packages.add(packageOf(file), '', ms);
    const nearest = nearestOwn(id);
    if (nearest) {
      const place = placeOf(nearest);
      own.add(nameOf(nearest), `${place.file}:${place.line}`, ms);
    } else
      own.add(
        file === 'native' ? nameOf(node) : '(none of ours on the stack)',
        file === 'native' ? file : '',
        ms,
      );
  }
  const busyMs = functions.total;
  return {
    busyMs,
    idleMs,
    hottest: functions.top(25, busyMs),
    byPackage: packages.top(15, busyMs),
    byOwnFunction: own.top(25, busyMs),
  };
}

class Tally {
  readonly #ms = new Map<string, { name: string; place: string; ms: number }>();
  total = 0;

  add(name: string, place: string, ms: number): void {
    const key = `${name} ${place}`;
    const entry = this.#ms.get(key);
    if (entry) entry.ms += ms;
    else this.#ms.set(key, { name, place, ms });
    this.total += ms;
  }

  top(count: number, totalMs: number): HotFunction[] {
    return [...this.#ms.values()]
      .sort((a, b) => b.ms - a.ms)
      .slice(0, count)
      .map((entry) => ({ ...entry, share: entry.ms / totalMs }));
  }
}

function nameOf({ callFrame }: ProfileNode): string {
  return callFrame.functionName === '' ? '(anonymous)' : callFrame.functionName;
}

function placeOf({ callFrame }: ProfileNode): { file: string; line: number } {
  const { url, lineNumber } = callFrame;
  if (url === '') return { file: 'native', line: 0 };
  return { file: shortenUrl(url), line: lineNumber + 1 };
}

function shortenUrl(url: string): string {
  const path = url.startsWith(repository) ? url.slice(repository.length) : url;
  const inModules = path.lastIndexOf('node_modules/');
  if (inModules !== -1) return path.slice(inModules + 'node_modules/'.length);
  return path.startsWith('file:') ? fileURLToPath(path) : path;
}

function packageOf(file: string): string {
  if (file === 'native') return 'V8 and native code';
  if (file.startsWith('node:')) return "Node's own JavaScript";
  if (OWN.test(file)) return file.split('/', 2).join('/');
  return file.startsWith('@') ? file.split('/', 2).join('/') : (file.split('/', 1)[0] ?? file);
}
