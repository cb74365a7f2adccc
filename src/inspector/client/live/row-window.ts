/** Which rows of a long table are drawn: those in sight, and a few around them. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Drawn above and below what is in sight, so that a quick scroll finds rows and not paper. */
const spare = 8;

interface RowWindow {
  scroller: { current: HTMLDivElement | null };
  first: number;
  /** The one after the last. */
  end: number;
  /** Has to be called when the table scrolls. */
  look(): void;
  /** Scrolls no further than it takes to have a row in sight. */
  reveal(index: number): void;
}

/** All rows are `rowHeight` pixels high; a head of `headHeight` stays on top of them. */
export function useRowWindow(count: number, rowHeight: number, headHeight: number): RowWindow {
  const scroller = useRef<HTMLDivElement>(null);
  const [{ top, height }, setSight] = useState({ top: 0, height: 800 });

  const look = (): void => {
    const element = scroller.current;
    if (element) setSight({ top: element.scrollTop, height: element.clientHeight });
  };
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const reveal = (index: number): void => {
    const element = scroller.current;
    if (!element) return;
    const above = index * rowHeight;
    const below = above + rowHeight + headHeight - element.clientHeight;
    if (element.scrollTop > above) element.scrollTop = above;
    else if (element.scrollTop < below) element.scrollTop = below;
    look();
  };
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + spare);
  return { scroller, first, end, look, reveal };
}
