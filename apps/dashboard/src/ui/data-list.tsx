// A table cannot have rows that lie at an offset, and a row has the focus by its link.
// biome-ignore-all lint/a11y/useSemanticElements: see above
// biome-ignore-all lint/a11y/useFocusableInteractive: see above
import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
} from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { Checkbox } from './checkbox.tsx';
import { classNames } from './class-names.ts';
import { fitColumns, gridTracks } from './fit-columns.ts';
import { Link } from './link.tsx';
import { useWidth } from './use-width.ts';

/** Fixed heights: no row is measured before it is shown, and none moves when another one gets its content. */
const ROW_HEIGHT = 28;
const NARROW_ROW_HEIGHT = 46;
/** Below this width `narrowRow` is used. */
const NARROW_WIDTH = 480;
/** How many rows before the end `onNearEnd` is called. */
const ROWS_AHEAD = 30;
/** This many rows fill any screen. */
const SHORT = 200;

export interface Column<Row> {
  id: string;
  header: string;
  /** A track of the grid: `8rem`, `minmax(0,1fr)`. */
  width: string;
  cell: (row: Row) => ReactNode;
  align?: 'start' | 'end';
  /** The column is shown when the list is at least this wide, in pixels. */
  minListWidth?: number;
}

export interface DataListHandle {
  scrollTo(id: string): void;
  scrollToTop(): void;
}

interface DataListProps<Row> {
  /** What the list has, for screen readers: `Events`. */
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  idOf: (row: Row) => string;
  /** The page of a row. The whole row is its link. */
  hrefOf: (row: Row) => string;
  /** The name of that link for screen readers. */
  nameOf: (row: Row) => string;
  /** The row whose detail is open. */
  activeId?: string | undefined;
  selected?: ReadonlySet<string> | undefined;
  /** `isRange`: all rows from the last selected one to this one. */
  onSelect?: ((id: string, isRange: boolean) => void) | undefined;
  /** In place of the columns on a narrow screen: two lines. */
  narrowRow?: ((row: Row) => ReactNode) | undefined;
  onNearEnd?: (() => void) | undefined;
  onAtTopChange?: ((isAtTop: boolean) => void) | undefined;
  /** After the last row: that there is more, or that this is all. */
  footer?: ReactNode;
  ref?: Ref<DataListHandle> | undefined;
  className?: string | undefined;
}

/**
 * A list of any length, of which the visible rows exist. Callers keep `columns`, `idOf` and the other functions the same
 * from render to render, so that only rows that changed are rendered again.
 */
export function DataList<Row>({
  label,
  rows,
  columns,
  idOf,
  hrefOf,
  nameOf,
  activeId,
  selected,
  onSelect,
  narrowRow,
  onNearEnd,
  onAtTopChange,
  footer,
  ref,
  className,
}: DataListProps<Row>) {
  const [setFrame, width] = useWidth();
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useRef<VirtualizerHandle>(null);
  const isAtTop = useRef(true);
  const isNarrow = narrowRow !== undefined && width !== undefined && width < NARROW_WIDTH;
  const rowHeight = isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT;
  const shown = useMemo(() => fitColumns(columns, width ?? 0), [columns, width]);
  const activeIndex = useMemo(
    () => (activeId === undefined ? -1 : rows.findIndex((row) => idOf(row) === activeId)),
    [rows, idOf, activeId],
  );
  // The Tab key leads to one row. It must exist even when it is scrolled out of view.
  const tabStop = Math.max(activeIndex, 0);
  const tracks = gridTracks(isNarrow ? [{ width: 'minmax(0,1fr)' }] : shown, onSelect !== undefined);

  useImperativeHandle(
    ref,
    () => ({
      scrollTo: (id) => {
        const index = rows.findIndex((row) => idOf(row) === id);
        if (index >= 0) virtualizer.current?.scrollToIndex(index, { align: 'nearest' });
      },
      scrollToTop: () => scroller.current?.scrollTo({ top: 0 }),
    }),
    [rows, idOf],
  );

  const callNearEnd = (bottom: number) => {
    if (bottom > (rows.length - ROWS_AHEAD) * rowHeight) onNearEnd?.();
  };
  const onScroll = (offset: number) => {
    const atTop = offset < ROW_HEIGHT / 2;
    if (atTop !== isAtTop.current) {
      isAtTop.current = atTop;
      onAtTopChange?.(atTop);
    }
    // The virtualizer knows the height. To ask the element for it would lay out the page once more.
    callNearEnd(offset + (virtualizer.current?.viewportSize ?? 0));
  };
  // The first rows may not fill the list, which then cannot be scrolled.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only new rows are a reason to look
  useEffect(() => {
    if (rows.length < SHORT) callNearEnd(scroller.current?.clientHeight ?? 0);
  }, [rows.length, width]);

  return (
    <div ref={setFrame} className={classNames('flex min-h-0 min-w-0 flex-1 flex-col', className)}>
      <div
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-multiselectable={onSelect ? true : undefined}
        onKeyDown={moveFocus}
        className="flex min-h-0 flex-1 flex-col"
      >
        <div role="rowgroup" className={isNarrow ? 'sr-only' : undefined}>
          <div
            role="row"
            aria-rowindex={1}
            style={{ gridTemplateColumns: tracks }}
            className="grid h-7 items-center gap-x-3 border-line border-b bg-canvas px-3 text-2xs text-faint"
          >
            {onSelect && (
              <span role="columnheader">
                <span className="sr-only">Selected</span>
              </span>
            )}
            {shown.map((column) => (
              <span
                key={column.id}
                role="columnheader"
                className={classNames('truncate', column.align === 'end' && 'text-right')}
              >
                {column.header}
              </span>
            ))}
          </div>
        </div>
        <div ref={scroller} role="rowgroup" className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
          {width !== undefined && (
            <Virtualizer
              // The height of a row is fixed when the virtualizer is made.
              key={rowHeight}
              ref={virtualizer}
              scrollRef={scroller}
              data={rows}
              itemSize={rowHeight}
              keepMounted={rows.length > 0 ? [tabStop] : []}
              onScroll={onScroll}
            >
              {(row, index) => {
                const id = idOf(row);
                return (
                  <DataRow
                    key={id}
                    id={id}
                    row={row}
                    index={index}
                    href={hrefOf(row)}
                    name={nameOf(row)}
                    columns={shown}
                    tracks={tracks}
                    narrowRow={isNarrow ? narrowRow : undefined}
                    isActive={id === activeId}
                    isTabStop={index === tabStop}
                    isSelected={selected?.has(id) ?? false}
                    onSelect={onSelect}
                  />
                );
              }}
            </Virtualizer>
          )}
        </div>
      </div>
      {footer !== undefined && (
        <div className="flex min-h-7 items-center border-line border-t bg-canvas px-3 text-subtle text-xs">
          {footer}
        </div>
      )}
    </div>
  );
}

interface DataRowProps<Row> {
  id: string;
  row: Row;
  index: number;
  href: string;
  name: string;
  columns: readonly Column<Row>[];
  tracks: string;
  narrowRow: ((row: Row) => ReactNode) | undefined;
  isActive: boolean;
  isTabStop: boolean;
  isSelected: boolean;
  onSelect: ((id: string, isRange: boolean) => void) | undefined;
}

function PlainDataRow<Row>({
  id,
  row,
  index,
  href,
  name,
  columns,
  tracks,
  narrowRow,
  isActive,
  isTabStop,
  isSelected,
  onSelect,
}: DataRowProps<Row>) {
  // The link covers the row from behind its cells, so that what can be pressed in a cell stays in front of it.
  const link = (
    <Link
      href={href}
      look="bare"
      aria-label={name}
      aria-current={isActive ? 'true' : undefined}
      tabIndex={isTabStop ? 0 : -1}
      data-row-link
      className="absolute inset-0 -outline-offset-2"
    />
  );
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={onSelect ? isSelected : undefined}
      data-row-id={id}
      style={{ gridTemplateColumns: tracks }}
      className={classNames(
        'relative grid items-center gap-x-3 border-line border-b px-3 [&_a:not([data-row-link])]:relative [&_button]:relative',
        narrowRow ? 'h-11.5' : 'h-7',
        isActive || isSelected ? 'bg-selected' : 'hover:bg-hover',
        isActive && 'shadow-[inset_2px_0_0_var(--color-accent)]',
      )}
    >
      {onSelect && <SelectionCell id={id} name={name} isSelected={isSelected} onSelect={onSelect} />}
      {narrowRow ? (
        <div role="gridcell" className="min-w-0">
          {link}
          {narrowRow(row)}
        </div>
      ) : (
        columns.map((column, position) => (
          <div
            key={column.id}
            role="gridcell"
            className={classNames(
              'flex min-w-0 items-center overflow-hidden whitespace-nowrap',
              column.align === 'end' && 'justify-end',
            )}
          >
            {position === 0 && link}
            <CellContent>{column.cell(row)}</CellContent>
          </div>
        ))
      )}
    </div>
  );
}

/** Words alone are cut off with an ellipsis; parts do that themselves. */
function CellContent({ children }: { children: ReactNode }) {
  return typeof children === 'string' ? <span className="truncate">{children}</span> : children;
}

// `memo` loses the type parameter of the function.
const DataRow = memo(PlainDataRow) as typeof PlainDataRow;

function SelectionCell({
  id,
  name,
  isSelected,
  onSelect,
}: {
  id: string;
  name: string;
  isSelected: boolean;
  onSelect: (id: string, isRange: boolean) => void;
}) {
  const isRange = useRef(false);
  const noteShift = useCallback((event: { shiftKey: boolean }) => {
    isRange.current = event.shiftKey;
  }, []);
  return (
    <div
      role="gridcell"
      onPointerDown={noteShift}
      onKeyDown={noteShift}
      className="relative z-1 flex h-full items-center"
    >
      <Checkbox
        label={`Select ${name}`}
        isLabelHidden
        value={isSelected}
        onChange={() => onSelect(id, isRange.current)}
      />
    </div>
  );
}

/** The arrow keys move the focus from row to row. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  const next = links[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}
