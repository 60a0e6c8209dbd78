import type { FoundThing } from '@hookline/contracts';
import { ExternalLink, Webhook } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { describeError } from '../api/describe-error.ts';
import { useCall } from '../api/use-call.ts';
import { keysOf } from '../keys/shortcuts.ts';
import { useSession } from '../session/access.ts';
import { type Command, CommandDialog } from '../ui/command-dialog.tsx';
import { NAVIGATION } from './navigation.ts';
import { pageOfFound } from './page-of-found.ts';

/** While one types, the gateway is not asked for each letter. */
const TYPING_MS = 150;
const KIND_WORDS: Readonly<Partial<Record<FoundThing['kind'], string>>> = {
  bulk_job: 'bulk job',
  oauth_app: 'OAuth application',
  platform_webhook: 'webhook at a provider',
  api_key: 'API key',
  audit_entry: 'audit entry',
};
const MATCH_WORDS: Readonly<Record<FoundThing['matchedBy'], string>> = {
  id: 'by its id',
  repeat: 'by the id of a repeat',
  provider_delivery_id: "by the provider's delivery id",
  repository: 'by its repository',
  subject: 'by its subject',
  payload: 'by its payload',
  name: 'by its name',
  address: 'by its address',
  account: 'by its account',
  request_id: 'by its request id',
};

interface LookupDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  words: string;
  onWordsChange: (words: string) => void;
}

/** One box that takes any id, name or piece of payload, and the names of pages. */
export function LookupDialog({ open, onOpenChange, words, onWordsChange }: LookupDialogProps) {
  const typed = words.trim();
  const asked = useSettled(typed, TYPING_MS);
  const [, navigate] = useLocation();
  const { scopes } = useSession();
  const lookup = useCall(
    'lookUp',
    { query: { q: asked.slice(0, 200) } },
    { enabled: open && asked !== '', keepPrevious: true },
  );
  const answer = typed === '' ? undefined : lookup.data?.data;

  const toCommand = (thing: FoundThing): Command => {
    const { href, isApi } = pageOfFound(thing);
    return {
      id: `${thing.kind} ${thing.id}`,
      label: thing.title,
      detail: `${KIND_WORDS[thing.kind] ?? thing.kind} ${MATCH_WORDS[thing.matchedBy]} · ${thing.id}`,
      icon: isApi ? ExternalLink : Webhook,
      onSelect: () => (isApi ? void window.open(href, '_blank', 'noreferrer') : navigate(href)),
    };
  };
  const pages = NAVIGATION.filter(
    ({ scope, label }) => scopes.includes(scope) && label.toLowerCase().includes(typed.toLowerCase()),
  ).map(
    ({ href, label, icon, shortcut }): Command => ({
      id: href,
      label,
      icon,
      shortcut: keysOf(shortcut),
      onSelect: () => navigate(href),
    }),
  );
  const groups = [
    {
      value: answer?.isComplete === false ? 'Found among the newest events' : 'Found',
      items: (answer?.found ?? []).map(toCommand),
    },
    { value: 'Pages', items: pages },
  ].filter(({ items }) => items.length > 0);

  return (
    <CommandDialog
      open={open}
      onOpenChange={onOpenChange}
      label="Find anything"
      placeholder="An id, a name, a repository, a piece of payload…"
      words={words}
      onWordsChange={onWordsChange}
      groups={groups}
      isBusy={typed !== '' && (lookup.isFetching || asked !== typed)}
      emptyText={emptyText(lookup.error, answer?.unanswered ?? [], asked)}
    />
  );
}

function emptyText(error: unknown, unanswered: readonly string[], asked: string): string {
  if (error) return `${describeError(error).title}. ${describeError(error).advice}`;
  if (unanswered.length > 0)
    return `Nothing was found, but ${unanswered.join(' and ')} did not answer. Try again in a moment.`;
  return `Nothing has "${asked}" as an id or a name, and no payload of the newest events has it.`;
}

/** A value once it has not changed for a while. */
function useSettled<Value>(value: Value, delayMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled;
}
