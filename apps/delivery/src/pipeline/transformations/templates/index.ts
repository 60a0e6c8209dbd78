import type { TemplateId } from '@hookline/contracts';
import { DISCORD } from './discord.ts';
import { GENERIC } from './generic.ts';
import { MICROSOFT_TEAMS } from './microsoft-teams.ts';
import { SLACK } from './slack.ts';
import { TEXT } from './text.ts';

export interface Template {
  name: string;
  description: string;
  /** JavaScript, as a tenant would write it. */
  code: string;
}

/** Transformations that are ready to use, in the order in which they are offered. */
export const TEMPLATES: Readonly<Record<TemplateId, Template>> = {
  slack: {
    name: 'Slack',
    description: 'A message for an incoming webhook of Slack: what happened, with a link and the main facts',
    code: SLACK,
  },
  discord: {
    name: 'Discord',
    description: "A message for a webhook of a Discord channel; it notifies nobody by the event's own words",
    code: DISCORD,
  },
  'microsoft-teams': {
    name: 'Microsoft Teams',
    description: 'An Adaptive Card for a workflow that starts when a Teams webhook request is received',
    code: MICROSOFT_TEAMS,
  },
  text: {
    name: 'Text',
    description: '`{subject, text}` in plain words, for services that send e-mail or text messages',
    code: TEXT,
  },
  generic: {
    name: 'Generic',
    description:
      '`{id, type, timestamp, title, url, facts, data}`, for automation tools that pick fields by name',
    code: GENERIC,
  },
};
