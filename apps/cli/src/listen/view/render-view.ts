import { stripVTControlCharacters } from 'node:util';
import { countNouns } from '@hookline/contracts';
import { formatClock } from '../../output/format-time.ts';
import { fitText, padText } from '../../terminal/fit-text.ts';
import { type Paint, plain } from '../../terminal/paint.ts';
import { safeLine } from '../../terminal/safe-text.ts';
import { describeDetails, describeResult, hasFailed, reasonOf } from '../describe-forwarding.ts';
import type { Forwarding } from '../forwarder.ts';
import { selectedEntry, type ViewState, visibleEntries } from './view-state.ts';

export interface Size {
  columns: number;
  rows: number;
}

const KEYS = 'j/k select  Enter details  r send again  o open  c curl  f failures  p pause  q quit';
/** Lines below the list: the state, the message and the keys. */
const FOOTER = 3;
/** Most events that are shown at once. */
const MAX_LIST = 15;

/** The lines of the view: the last events, the details of the selected one, and the state. */
export function renderView(state: ViewState, { columns, rows }: Size, paint: Paint): string[] {
  // One row stays free, so that the terminal does not scroll when the last line is written.
  const room = Math.max(1, rows - 1 - FOOTER);
  const visible = visibleEntries(state);
  const selected = selectedEntry(state);
  const details =
    state.showsDetails && selected !== undefined
      ? describeDetails(selected, paint, Math.max(3, Math.floor(room / 3))).slice(
          0,
          Math.floor((room * 2) / 3),
        )
      : [];
  const height = Math.max(1, Math.min(MAX_LIST, room - details.length));
  const last =
    selected === undefined
      ? visible.length
      : Math.max(visible.indexOf(selected) + 1, Math.min(height, visible.length));
  const end =
    state.selected === undefined ? visible.length : Math.max(last, Math.min(visible.length, height));
  const window = visible.slice(Math.max(0, end - height), end);
  const lines = window.map((entry) => entryLine(entry, entry === selected, columns, paint));
  if (lines.length === 0) lines.push(paint('dim', state.onlyFailures ? 'No failures.' : 'No events yet.'));
  return [
    ...lines,
    ...details.map((line) => cutPainted(line, columns)),
    stateLine(state, visible.length, columns, paint),
    paint('dim', fitText(state.message, columns)),
    paint('dim', fitText(KEYS, columns)),
  ];
}

function entryLine(entry: Forwarding, isSelected: boolean, columns: number, paint: Paint): string {
  const { event } = entry;
  const about = safeLine(event.repository ?? event.subject ?? '');
  const result = describeResult(entry, plain);
  const reason = hasFailed(entry) ? `  ${reasonOf(entry)}` : '';
  const head = `${isSelected ? '›' : ' '} ${formatClock(new Date(event.receivedAt))}  ${safeLine(event.type)}${about === '' ? '' : `  ${about}`}  `;
  const text = fitText(`${head}${result}  ${safeLine(event.id)}${reason}`, columns);
  if (isSelected) return paint('inverse', padText(text, columns));
  if (hasFailed(entry)) return paint('red', text);
  return entry.state === 'holding' ? paint('yellow', text) : text;
}

function stateLine(state: ViewState, shown: number, columns: number, paint: Paint): string {
  const parts = [
    ...(state.isPaused ? ['PAUSED'] : []),
    ...(state.holding === undefined ? [] : [state.holding]),
    state.feed,
    countNouns(shown, state.onlyFailures ? 'failure' : 'event'),
  ];
  const text = fitText(`── ${parts.join(' · ')}`, columns);
  return paint(state.isLive && state.holding === undefined && !state.isPaused ? 'green' : 'yellow', text);
}

/** Cuts a line whose colours must not count: a line that is too long loses them. */
function cutPainted(line: string, columns: number): string {
  const text = stripVTControlCharacters(line);
  const cut = fitText(text, columns);
  return cut === text ? line : cut;
}
