import type { Command } from 'commander';
import type { Context } from '../context.ts';

export interface CommandEntry {
  name: string;
  summary: string;
  /** The heading below which the help lists it. */
  group: string;
  /** Loaded when the command is used: the start must be quick. */
  load(): Promise<(command: Command, context: Context) => void>;
}

const ACCOUNT = 'Account:';
const LOCAL = 'On this machine:';
const LOOK = 'Look:';
const MANAGE = 'Manage:';
const TOOLS = 'Tools:';

const resource =
  (name: string): CommandEntry['load'] =>
  async () => {
    const [{ addResource }, { RESOURCES }] = await Promise.all([
      import('./resource-command.ts'),
      import('./resources.ts'),
    ]);
    const found = RESOURCES[name];
    if (found === undefined) throw new Error(`There is no resource ${name}.`);
    return (command, context) => addResource(command, found, context);
  };

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'login',
    group: ACCOUNT,
    summary: 'Sign in to a gateway with an API key',
    load: async () => (await import('./account-commands.ts')).registerLogin,
  },
  {
    name: 'logout',
    group: ACCOUNT,
    summary: 'Remove a key from this machine',
    load: async () => (await import('./account-commands.ts')).registerLogout,
  },
  {
    name: 'whoami',
    group: ACCOUNT,
    summary: 'Show who the gateway takes you for',
    load: async () => (await import('./account-commands.ts')).registerWhoami,
  },
  {
    name: 'profiles',
    group: ACCOUNT,
    summary: 'List the gateways that you are signed in to, and change between them',
    load: async () => (await import('./account-commands.ts')).registerProfiles,
  },
  {
    name: 'listen',
    group: LOCAL,
    summary: 'Forward events to a server on this machine, as they come',
    load: async () => (await import('./listen-command.ts')).registerListen,
  },
  {
    name: 'trigger',
    group: LOCAL,
    summary: 'Send a signed sample of a provider to a source',
    load: async () => (await import('./trigger-command.ts')).registerTrigger,
  },
  {
    name: 'dev',
    group: LOCAL,
    summary: 'Start Hookline from a checkout, and listen',
    load: async () => (await import('./dev-command.ts')).registerDev,
  },
  {
    name: 'replay',
    group: LOCAL,
    summary: 'Send events again: to their endpoints, or to this machine',
    load: async () => (await import('./replay-command.ts')).registerReplay,
  },
  {
    name: 'tail',
    group: LOOK,
    summary: 'Show events as they come',
    load: async () => (await import('./tail-command.ts')).registerTail,
  },
  { name: 'events', group: LOOK, summary: 'List, show and publish events', load: resource('events') },
  {
    name: 'journey',
    group: LOOK,
    summary: 'Show what happened to an event, by any id of it',
    load: async () => (await import('./journey-command.ts')).registerJourney,
  },
  {
    name: 'deliveries',
    group: LOOK,
    summary: 'List, show and retry deliveries',
    load: resource('deliveries'),
  },
  {
    name: 'dead-letters',
    group: LOOK,
    summary: 'List, show, replay and discard deliveries that gave up',
    load: resource('dead-letters'),
  },
  {
    name: 'diagnose',
    group: LOOK,
    summary: 'Explain why a request was or would be refused',
    load: async () => (await import('./diagnose-command.ts')).registerDiagnose,
  },
  { name: 'sources', group: MANAGE, summary: 'The addresses that providers call', load: resource('sources') },
  { name: 'endpoints', group: MANAGE, summary: 'The URLs that receive events', load: resource('endpoints') },
  { name: 'connections', group: MANAGE, summary: 'Connected accounts', load: resource('connections') },
  { name: 'alerts', group: LOOK, summary: 'List, show and acknowledge alerts', load: resource('alerts') },
  {
    name: 'alert-rules',
    group: MANAGE,
    summary: 'When an alert fires, and whom it tells',
    load: resource('alert-rules'),
  },
  { name: 'replays', group: MANAGE, summary: 'Jobs that send many events again', load: resource('replays') },
  {
    name: 'bulk-jobs',
    group: MANAGE,
    summary: 'Jobs that cancel, discard, delete or switch many things',
    load: resource('bulk-jobs'),
  },
  {
    name: 'portal-sessions',
    group: MANAGE,
    summary: 'Sessions of the customer portal',
    load: resource('portal-sessions'),
  },
  {
    name: 'queue',
    group: MANAGE,
    summary: 'What waits to be sent; pause and resume',
    load: async () => (await import('./queue-command.ts')).registerQueue,
  },
  {
    name: 'providers',
    group: MANAGE,
    summary: 'List providers, and show how to connect one',
    load: async () => (await import('./providers-command.ts')).registerProviders,
  },
  {
    name: 'doctor',
    group: TOOLS,
    summary: 'Check the configuration, the key, and the way to the gateway',
    load: async () => (await import('./doctor-command.ts')).registerDoctor,
  },
  {
    name: 'open',
    group: TOOLS,
    summary: 'Open the dashboard',
    load: async () => (await import('./open-command.ts')).registerOpen,
  },
  {
    name: 'completion',
    group: TOOLS,
    summary: 'Print the completion script of a shell',
    load: async () => (await import('../completion/completion-command.ts')).registerCompletion,
  },
];
