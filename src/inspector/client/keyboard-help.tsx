import { useRef } from 'preact/hooks';
import { useKeys } from './keyboard.ts';

const keys: readonly (readonly [string, string])[] = [
  ['j', 'the next row'],
  ['k', 'the row before'],
  ['Enter', 'open the selected delivery'],
  ['r', 'resend it'],
  ['/', 'to the filter'],
  ['Esc', 'close, go back, let the table go on'],
  ['?', 'this help'],
];

/** What the keys do; `?` opens it. */
export function KeyboardHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = (): void => dialog.current?.showModal();
  useKeys({ '?': open });
  return (
    <>
      <button type="button" class="quiet help-button" onClick={open} aria-label="Keyboard help" title="Keyboard (?)">
        ?
      </button>
      <dialog ref={dialog} class="help" aria-labelledby="help-title">
        <h2 id="help-title">Keyboard</h2>
        <dl>
          {keys.map(([key, does]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}
