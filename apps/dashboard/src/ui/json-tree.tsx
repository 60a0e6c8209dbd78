import {
  ChevronDown,
  ChevronRight,
  ChevronsDownUp,
  ChevronsUpDown,
  ChevronUp,
  Copy,
  ListFilter,
  Search,
} from 'lucide-react';
import {
  type KeyboardEvent,
  memo,
  useCallback,
  useDeferredValue,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import { CopyButton } from './copy-button.tsx';
import { IconButton } from './icon-button.tsx';
import { dotPath, jsonPointer, segmentsOf } from './json/json-path.ts';
import {
  isContainer,
  type JsonDocument,
  keyOf,
  NUMBER,
  OBJECT,
  STRING,
  scanJson,
  sourceOf,
  valueText,
  WORD,
} from './json/scan-json.ts';
import { markWords, searchJson } from './json/search-json.ts';
import { closedAtFirst, closedFrom, openAround, visibleNodes } from './json/visible-nodes.ts';
import { Menu, MenuItem } from './menu.tsx';
import { PlainText } from './plain-text.tsx';
import { TextField } from './text-field.tsx';
import { useCopy } from './use-copy.ts';

const ROW_HEIGHT = 22;
/** A row shows this much of a string. All of it is below the tree while the row is chosen. */
const SHOWN_CHARACTERS = 300;

interface JsonTreeProps {
  /** JSON as it was received. Numbers are shown with all their digits. */
  text: string;
  label: string;
  /** Offers to filter by a value. */
  onPick?: ((segments: readonly (string | number)[], value: string) => void) | undefined;
  className?: string | undefined;
}

/** A payload as a tree. The text is shown as it is where it is not JSON. */
export function JsonTree({ text, label, onPick, className }: JsonTreeProps) {
  const document = useMemo(() => readDocument(text), [text]);
  if (document === undefined) {
    return (
      <div className={classNames('flex min-h-0 flex-col gap-1', className)}>
        <p className="text-subtle text-xs">This is not JSON. It is shown as it was received.</p>
        <PlainText label={label} text={text} isWrapped className="min-h-0" />
      </div>
    );
  }
  // A new payload begins with its own open rows.
  return <Tree key={text} document={document} label={label} onPick={onPick} className={className} />;
}

function readDocument(text: string): JsonDocument | undefined {
  try {
    return scanJson(text);
  } catch {
    return undefined;
  }
}

interface TreeProps extends Omit<JsonTreeProps, 'text'> {
  document: JsonDocument;
}

function Tree({ document, label, onPick, className }: TreeProps) {
  const id = useId();
  const [closed, setClosed] = useState(() => closedAtFirst(document));
  const [chosen, setChosen] = useState(0);
  const [words, setWords] = useState('');
  const searched = useDeferredValue(words.trim());
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useRef<VirtualizerHandle>(null);
  const rows = useMemo(() => visibleNodes(document, closed), [document, closed]);
  const found = useMemo(() => searchJson(document, searched), [document, searched]);
  const foundNodes = useMemo(() => new Set(found), [found]);
  const position = rows.indexOf(chosen);
  const { copy } = useCopy();

  useEffect(() => {
    if (position >= 0) virtualizer.current?.scrollToIndex(position, { align: 'nearest' });
  }, [position]);

  const go = (node: number) => {
    setClosed((before) => openAround(document, before, node));
    setChosen(node);
  };
  const goToMatch = (step: 1 | -1) => {
    const next =
      step === 1
        ? (found.find((node) => node > chosen) ?? found[0])
        : (found.findLast((node) => node < chosen) ?? found.at(-1));
    if (next !== undefined) go(next);
  };
  const toggle = useCallback(
    (node: number) => {
      if ((document.childCount[node] ?? 0) === 0) return;
      setClosed((before) => {
        const after = new Set(before);
        if (!after.delete(node)) after.add(node);
        return after;
      });
    },
    [document],
  );
  const goToRow = (row: number) => {
    const node = rows[Math.min(Math.max(row, 0), rows.length - 1)];
    if (node !== undefined) setChosen(node);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const isOpen = !closed.has(chosen) && (document.childCount[chosen] ?? 0) > 0;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    switch (event.key) {
      case 'ArrowDown':
        goToRow(position + 1);
        break;
      case 'ArrowUp':
        goToRow(position - 1);
        break;
      case 'PageDown':
        goToRow(position + page);
        break;
      case 'PageUp':
        goToRow(position - page);
        break;
      case 'Home':
        goToRow(0);
        break;
      case 'End':
        goToRow(rows.length - 1);
        break;
      case 'ArrowRight':
        if (isOpen) goToRow(position + 1);
        else toggle(chosen);
        break;
      case 'ArrowLeft':
        if (isOpen) toggle(chosen);
        else setChosen(Math.max(document.parent[chosen] ?? 0, 0));
        break;
      case 'Enter':
      case ' ':
        toggle(chosen);
        break;
      case 'c':
        copy(valueText(document, chosen));
        break;
      case 'n':
        goToMatch(1);
        break;
      case 'N':
        goToMatch(-1);
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const matchAt = found.indexOf(chosen);
  return (
    <div
      className={classNames(
        'flex min-h-0 flex-col overflow-hidden rounded-md border border-line bg-canvas',
        className,
      )}
    >
      <div className="flex items-center gap-1 border-line border-b p-1">
        <TextField
          label="Search in the payload"
          isLabelHidden
          size="small"
          icon={Search}
          placeholder="Search names and values"
          value={words}
          onChange={setWords}
          onKeyDown={(event) => {
            if (event.key === 'Enter') goToMatch(event.shiftKey ? -1 : 1);
          }}
          className="w-56 max-w-full"
        />
        {searched !== '' && (
          <>
            <span role="status" className="whitespace-nowrap px-1 text-subtle text-xs tabular-nums">
              {found.length === 0
                ? 'no match'
                : `${matchAt < 0 ? '–' : (matchAt + 1).toLocaleString('en')} of ${found.length.toLocaleString('en')}`}
            </span>
            <IconButton
              icon={ChevronUp}
              label="Previous match"
              shortcut="Shift+N"
              size="small"
              onClick={() => goToMatch(-1)}
            />
            <IconButton
              icon={ChevronDown}
              label="Next match"
              shortcut="n"
              size="small"
              onClick={() => goToMatch(1)}
            />
          </>
        )}
        <div className="ml-auto flex items-center">
          <IconButton
            icon={ChevronsUpDown}
            label="Open all"
            size="small"
            onClick={() => setClosed(new Set())}
          />
          <IconButton
            icon={ChevronsDownUp}
            label="Close all"
            size="small"
            onClick={() => {
              setClosed(closedFrom(document, 1));
              setChosen(0);
            }}
          />
          <CopyButton text={document.text} label="Copy the payload as it was received" />
        </div>
      </div>
      <div
        ref={scroller}
        role="tree"
        aria-label={label}
        tabIndex={0}
        aria-activedescendant={`${id}-${chosen}`}
        onKeyDown={onKeyDown}
        style={{ height: rows.length * ROW_HEIGHT + 8 }}
        className="group/tree min-h-16 shrink overflow-y-auto overflow-x-hidden py-1 font-mono text-xs -outline-offset-2"
      >
        <Virtualizer
          ref={virtualizer}
          scrollRef={scroller}
          startMargin={4}
          data={rows}
          itemSize={ROW_HEIGHT}
          keepMounted={position >= 0 ? [position] : []}
        >
          {(node) => (
            <Row
              key={node}
              id={`${id}-${node}`}
              document={document}
              node={node}
              isOpen={!closed.has(node)}
              isChosen={node === chosen}
              words={foundNodes.has(node) ? searched : ''}
              onChoose={setChosen}
              onToggle={toggle}
            />
          )}
        </Virtualizer>
      </div>
      <Chosen document={document} node={chosen} onPick={onPick} />
    </div>
  );
}

interface RowProps {
  id: string;
  document: JsonDocument;
  node: number;
  isOpen: boolean;
  isChosen: boolean;
  words: string;
  onChoose: (node: number) => void;
  onToggle: (node: number) => void;
}

const Row = memo(function Row({ id, document, node, isOpen, isChosen, words, onChoose, onToggle }: RowProps) {
  const name = keyOf(document, node);
  const depth = document.depth[node] ?? 0;
  const children = document.childCount[node] ?? 0;
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    // The tree has the focus and handles the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      id={id}
      role="treeitem"
      aria-level={depth + 1}
      aria-posinset={(document.position[node] ?? 0) + 1}
      aria-setsize={depth === 0 ? 1 : (document.childCount[document.parent[node] ?? 0] ?? 1)}
      aria-expanded={children > 0 ? isOpen : undefined}
      aria-selected={isChosen}
      onClick={() => onChoose(node)}
      onDoubleClick={() => onToggle(node)}
      style={{ paddingLeft: 8 + depth * 14 }}
      className={classNames(
        'flex h-5.5 cursor-default items-center gap-1 whitespace-pre pr-2',
        isChosen ? 'bg-selected' : 'hover:bg-hover',
      )}
    >
      {children > 0 ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys do the same
        // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys do the same
        <span
          onClick={() => onToggle(node)}
          onDoubleClick={(event) => event.stopPropagation()}
          className="-m-1 inline-flex shrink-0 items-center p-1 text-faint hover:text-text"
        >
          <Chevron aria-hidden className="size-3" />
        </span>
      ) : (
        <span className="w-3 shrink-0" />
      )}
      {name === undefined ? (
        depth > 0 && <span className="shrink-0 text-faint">{document.position[node]}:</span>
      ) : (
        <span className="shrink-0 text-code-key">
          <Marked text={name} words={words} />
          <span className="text-faint">:</span>
        </span>
      )}
      <Value document={document} node={node} isOpen={isOpen} words={words} />
    </div>
  );
});

function Value({
  document,
  node,
  isOpen,
  words,
}: {
  document: JsonDocument;
  node: number;
  isOpen: boolean;
  words: string;
}) {
  if (isContainer(document, node)) {
    const count = document.childCount[node] ?? 0;
    const isObject = document.kind[node] === OBJECT;
    if (count === 0) return <span className="text-faint">{isObject ? '{}' : '[]'}</span>;
    const noun = isObject ? 'key' : 'item';
    return (
      <span className="text-faint">
        {isOpen ? '' : isObject ? '{…} ' : '[…] '}
        {count.toLocaleString('en')} {noun}
        {count === 1 ? '' : 's'}
      </span>
    );
  }
  const source = sourceOf(document, node);
  return (
    <span className={classNames('truncate', COLOURS[document.kind[node] ?? STRING])}>
      <Marked text={source.slice(0, SHOWN_CHARACTERS)} words={words} />
      {source.length > SHOWN_CHARACTERS && '…'}
    </span>
  );
}

function Marked({ text, words }: { text: string; words: string }) {
  if (words === '') return text;
  return markWords(text, words).map((piece, index) =>
    piece.isFound ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces have no other name
      <mark key={index} className="rounded-xs bg-mark text-text">
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  );
}

/** The path of the chosen value, all of its text, and what can be done with it. */
function Chosen({
  document,
  node,
  onPick,
}: {
  document: JsonDocument;
  node: number;
  onPick: JsonTreeProps['onPick'];
}) {
  const segments = segmentsOf(document, node);
  const path = dotPath(segments);
  const text = valueText(document, node);
  const isLong = !isContainer(document, node) && text.length > 60;
  const { copy } = useCopy();
  return (
    <div className="border-line border-t bg-surface">
      {isLong && (
        <PlainText
          label="The whole value"
          text={text}
          isWrapped
          className="max-h-32 border-line border-b px-2 py-1.5"
        />
      )}
      <div className="flex min-h-8 flex-wrap items-center gap-x-2 px-2 py-0.5">
        <span className="min-w-0 flex-1 truncate font-mono text-subtle text-xs" title={path}>
          {path === '' ? 'the whole payload' : path}
        </span>
        {onPick && !isContainer(document, node) && (
          <Button size="small" tone="quiet" icon={ListFilter} onClick={() => onPick(segments, text)}>
            Filter
          </Button>
        )}
        <Menu
          align="end"
          trigger={
            <Button size="small" tone="quiet" icon={Copy}>
              Copy
            </Button>
          }
        >
          <MenuItem shortcut="c" onSelect={() => copy(text)}>
            {isContainer(document, node) ? 'This part, as received' : 'Value'}
          </MenuItem>
          <MenuItem onSelect={() => copy(path)} isDisabled={path === ''}>
            Path
          </MenuItem>
          <MenuItem onSelect={() => copy(jsonPointer(segments))} isDisabled={path === ''}>
            JSON pointer
          </MenuItem>
        </Menu>
      </div>
    </div>
  );
}

const COLOURS: Readonly<Record<number, string>> = {
  [STRING]: 'text-code-string',
  [NUMBER]: 'text-code-number',
  [WORD]: 'text-code-word',
};
