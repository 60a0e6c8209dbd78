import { ORACLE_LOADERS } from '@hookline/providers/oracles';
import { listSamples } from '@hookline/providers/samples';
import type { Command } from 'commander';
import { readConfig } from '../config/config-file.ts';
import { namesOf } from '../trigger/choose-sample.ts';
import { canSign } from '../trigger/sign-sample.ts';

/**
 * The words that fit in place of the last one.
 * @param words what was typed after `hookline`; the last one may be empty
 * @param program with all commands and options
 */
export function complete(words: readonly string[], program: Command, configPath: string): string[] {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  let command = program;
  const args: string[] = [];
  for (let index = 0; index < before.length; index++) {
    const word = before[index] as string;
    const option = optionOf(command, word);
    if (option !== undefined) {
      if ((option.required || option.optional) && !word.includes('=')) index++;
      continue;
    }
    const next = args.length === 0 ? command.commands.find((each) => each.name() === word) : undefined;
    if (next === undefined) args.push(word);
    else command = next;
  }
  const fitting = (candidates: readonly string[]) =>
    [...new Set(candidates)].filter((each) => each.startsWith(typed)).sort();

  const last = optionOf(command, before.at(-1) ?? '');
  if (last?.required === true && !(before.at(-1) as string).includes('=')) {
    if (last.long === '--profile') return fitting(profilesIn(configPath));
    return fitting(last.argChoices ?? []);
  }
  if (typed.startsWith('-')) {
    const options = [...command.options, ...(command === program ? [] : program.options)];
    return fitting(options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? []));
  }
  if (command.name() === 'trigger')
    return fitting(args.length === 0 ? triggerable() : eventsOf(args[0] as string));
  if (command.name() === 'use') return fitting(profilesIn(configPath));
  const names = args.length === 0 ? command.commands.map((each) => each.name()) : [];
  const choices = command.registeredArguments[args.length]?.argChoices ?? [];
  return fitting([...names.filter((name) => !name.startsWith('__')), ...choices]);
}

function optionOf(command: Command, word: string) {
  const flag = word.split('=', 1)[0];
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const found = at.options.find(({ long, short }) => flag !== '' && (long === flag || short === flag));
    if (found !== undefined) return found;
  }
  return undefined;
}

const triggerable = (): string[] =>
  Object.keys(ORACLE_LOADERS).filter((id) => listSamples(id).some((sample) => canSign(id, sample)));

const eventsOf = (provider: string): string[] =>
  listSamples(provider)
    .filter((sample) => canSign(provider, sample))
    .flatMap((sample) => namesOf(provider, sample).slice(0, -1));

function profilesIn(path: string): string[] {
  try {
    return Object.keys(readConfig(path).profiles);
  } catch {
    return [];
  }
}
