/**
 * Pointer gestures on a timeline: drag to zoom in, Shift and drag to measure, drag the time axis or a finger to pan,
 * pinch and wheel to zoom, tap or click to pick.
 */
import type uPlot from 'uplot';

/** The handlers of a chart's gestures. Times are ms since the pass began. */
export type Gestures = {
  /** A range was chosen; null for everything. */
  look(minMs: number | null, maxMs: number | null): void;
  /** `isDone` is true when the drag has ended. */
  measure(fromMs: number, toMs: number, isDone: boolean): void;
  /** Pans by a share of the width. */
  move(share: number): void;
  /** Shows a range `factor` times as long, around `atMs`. */
  zoom(factor: number, atMs: number): void;
  /** A click or tap, in CSS pixels of the plot. */
  pick(left: number, top: number): void;
};

/** A pointer that moved less than this is a click, in CSS pixels. */
const CLICK_PX = 4;
/** Wheel distance that doubles or halves the visible range, in pixels. */
const WHEEL_PX = 250;

type Drag = {
  id: number;
  fromX: number;
  fromY: number;
  x: number;
  action: 'look' | 'measure' | 'move' | null;
};

/** Listens on the plot of `u` and on its time axis until `signal` aborts. */
export function watchPointer(u: uPlot, gestures: Gestures, signal: AbortSignal): void {
  const { over } = u;
  /** Active pointers on the plot, oldest first. */
  const drags = new Map<number, Drag>();
  const width = () => over.clientWidth || 1;
  const leftOf = (clientX: number) => clientX - over.getBoundingClientRect().left;
  const msAt = (clientX: number) => u.posToVal(Math.max(0, Math.min(width(), leftOf(clientX))), 'x') * 1000;

  function down(event: PointerEvent, onTimes: boolean) {
    if (event.pointerType === 'mouse' && event.button > 1) return;
    const isMove = onTimes || event.pointerType === 'touch' || event.button === 1;
    const action = isMove ? 'move' : event.shiftKey ? 'measure' : 'look';
    const { pointerId: id, clientX, clientY } = event;
    drags.set(id, { id, fromX: clientX, fromY: clientY, x: clientX, action });
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(id);
    // The middle button would start scrolling.
    if (event.button === 1) event.preventDefault();
  }

  function move(event: PointerEvent) {
    const drag = drags.get(event.pointerId);
    if (!drag) return;
    const { fromX, action, x: beforeX } = drag;
    const x = event.clientX;
    if (Math.abs(x - fromX) < CLICK_PX && beforeX === fromX) return;
    drag.x = x;
    const other = [...drags.values()].find((one) => one !== drag);
    if (other) {
      pinch(other.x, beforeX, x);
    } else if (action === 'move') {
      gestures.move((beforeX - x) / width());
    } else if (action === 'measure') {
      gestures.measure(msAt(fromX), msAt(x), false);
    } else {
      const [left, right] = [fromX, x].map(leftOf).sort((a, b) => a - b) as [number, number];
      const from = Math.max(0, left);
      const select = {
        left: from,
        top: 0,
        width: Math.min(width(), right) - from,
        height: over.clientHeight,
      };
      u.setSelect(select, false);
    }
  }

  /** Zooms: one finger rests at `stillX`, the other moved from `beforeX` to `x`. */
  function pinch(stillX: number, beforeX: number, x: number) {
    const before = Math.max(10, Math.abs(beforeX - stillX));
    const after = Math.max(10, Math.abs(x - stillX));
    gestures.zoom(before / after, msAt(stillX));
  }

  function up(event: PointerEvent, onTimes: boolean) {
    const drag = drags.get(event.pointerId);
    if (!drag) return;
    drags.delete(event.pointerId);
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    const { fromX, x, action } = drag;
    if (event.type === 'pointercancel' || drags.size > 0) return;
    const isClick = x === fromX;
    if (isClick && !onTimes && event.button !== 1) {
      gestures.pick(leftOf(fromX), drag.fromY - over.getBoundingClientRect().top);
    }
    if (isClick) return;
    const [minMs, maxMs] = [msAt(fromX), msAt(x)].sort((a, b) => a - b) as [number, number];
    if (action === 'look' && maxMs > minMs) gestures.look(minMs, maxMs);
    if (action === 'measure') gestures.measure(minMs, maxMs, true);
  }

  /**
   * A plain wheel scrolls the page. It zooms with Ctrl held (how trackpads report a pinch), or if the chart has the
   * focus.
   */
  function wheel(event: WheelEvent) {
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const across = (event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX) * lines;
    const hasFocus = u.root.parentElement?.contains(document.activeElement) ?? false;
    if (Math.abs(across) > Math.abs(event.shiftKey ? 0 : event.deltaY * lines))
      gestures.move(across / width());
    else if (event.ctrlKey || event.metaKey || hasFocus) {
      // A pinch arrives in small steps.
      const step = event.deltaY * lines * (event.ctrlKey && Math.abs(event.deltaY) < 50 ? 4 : 1);
      gestures.zoom(2 ** (step / WHEEL_PX), msAt(event.clientX));
    } else return;
    event.preventDefault();
  }

  const times = u.root.querySelector<HTMLElement>('.u-axis');
  const places: [HTMLElement, boolean][] = [
    [over, false],
    ...(times ? [[times, true] as [HTMLElement, boolean]] : []),
  ];
  for (const [element, onTimes] of places) {
    element.addEventListener('pointerdown', (event) => down(event, onTimes), { signal });
    element.addEventListener('pointermove', move, { signal });
    element.addEventListener('pointerup', (event) => up(event, onTimes), { signal });
    element.addEventListener('pointercancel', (event) => up(event, onTimes), { signal });
  }
  over.addEventListener('wheel', wheel, { signal, passive: false });
  const reset = () => {
    gestures.look(null, null);
    // Undo the selection that the first click made.
    gestures.pick(-1, -1);
  };
  over.addEventListener('dblclick', reset, { signal });
}
