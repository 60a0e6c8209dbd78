import type { MachineDescription } from '../measure/describe-machine.ts';
import type { BenchOptions } from '../options.ts';
import type { Aim, ServerDescription } from '../scenarios/scenario.ts';
import { formatMegabytes } from './format-numbers.ts';

/** Environment variables of the services that affect the measurement. */
const SETTINGS =
  /^(DELIVERY|INGEST|FEED|EVENTS|PUBLISH|MAX|DATABASE_MAX|REJECTIONS)_|^(NODE_OPTIONS|LOG_LEVEL)$/;

export function formatHeader(
  options: BenchOptions,
  machine: MachineDescription,
  servers: ServerDescription,
  env: NodeJS.ProcessEnv,
): string {
  const settings = Object.entries(env)
    .filter(([name]) => SETTINGS.test(name))
    .map(([name, value]) => `${name}=${value}`);
  const postgres = Object.entries(servers.postgresSettings).map(([name, value]) => `${name} ${value}`);
  return `
Hookline bench: ${options.scenario}${options.profile ? '  (profiled: the speed of the profiled side is meaningless)' : ''}
  machine   ${machine.cores} cores, ${machine.model}, ${formatMegabytes(machine.memoryBytes)}, Linux ${machine.kernel}
  versions  commit ${machine.commit}, Node ${machine.node}, nats-server ${servers.natsVersion}, PostgreSQL ${servers.postgresVersion}
  NATS      sync_interval ${servers.natsSync === 'always' ? 'always: on disk before it is acknowledged' : "the server's default: in the page cache when it is acknowledged"}
  Postgres  ${postgres.join(', ')}
  settings  ${settings.length === 0 ? "the services' defaults" : settings.join(' ')}; bodies of ${options.bodyBytes} bytes
`;
}

export function formatVerdict(aims: readonly Aim[], problems: readonly string[], profiled: boolean): string {
  const lines = aims.map(
    ({ what, aim, measured, met }) => `  ${met ? 'met    ' : 'not met'}  ${what}: ${measured}, aim ${aim}`,
  );
  if (profiled)
    lines.push('  These numbers are of a profiled service: run the bench without --profile for valid ones.');
  if (problems.length === 0)
    return `Aims\n${lines.join('\n')}\n\nNothing was lost, refused or left unrecorded.\n`;
  return `Aims\n${lines.join('\n')}\n\nThe run is void:\n${problems.map((problem) => `  ✗ ${problem}`).join('\n')}\n`;
}
