import type { ComponentChildren } from 'preact';
import { tellDone, tellFailure } from '../notices.tsx';

interface CopyButtonProps {
  /** What is copied, made when it is asked for. */
  text: () => string;
  /** What it is, for the message that says that it was copied. */
  what: string;
  children?: ComponentChildren;
  disabled?: boolean;
}

export function CopyButton({ text, what, children = 'Copy', disabled = false }: CopyButtonProps) {
  return (
    <button type="button" disabled={disabled} onClick={() => void copy(text(), what)}>
      {children}
    </button>
  );
}

/** Browsers give the clipboard to pages of localhost and https only; elsewhere the older way still works. */
async function copy(text: string, what: string): Promise<void> {
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else copyBySelection(text);
    tellDone(`${what} copied`);
  } catch {
    tellFailure(new Error('the browser does not let this page use the clipboard: select the text and copy it'));
  }
}

function copyBySelection(text: string): void {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  const focused = document.activeElement;
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  if (!isCopied) throw new Error('not copied');
}
