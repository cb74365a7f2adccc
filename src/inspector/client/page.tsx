import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** A page with its heading, which takes the focus when one comes to it, so that a screen reader says where one is. */
export function Page({
  title,
  className = '',
  actions,
  children,
}: {
  title: string;
  /** For the rules of its own style sheet. */
  className?: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    document.title = `${title} · aep-mock`;
    // A page may have put the focus somewhere itself: where one was before.
    const isFocused = heading.current?.closest('main')?.contains(document.activeElement) ?? false;
    if (!isFocused) heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <main class={`page ${className}`} aria-labelledby="page-title">
      <div class="page-head">
        <h1 id="page-title" tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {actions && <div class="actions">{actions}</div>}
      </div>
      {children}
    </main>
  );
}
