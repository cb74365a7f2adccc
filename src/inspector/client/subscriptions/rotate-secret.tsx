import { useId, useState } from 'preact/hooks';
import type { RotatedSecret } from '../../../http/inspect-api.ts';
import { shortId } from '../../../narration/text.ts';
import { post } from '../control-client.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Problems, useProblems } from '../problems.tsx';
import { Dialog } from './dialog.tsx';

/** Gives a subscription another secret, and shows it: this once. */
export function RotateSecret({ id, onClose }: { id: string; onClose: () => void }) {
  const [secret, setSecret] = useState('');
  const [keepsPrevious, setKeepsPrevious] = useState(true);
  const [rotated, setRotated] = useState<RotatedSecret>();
  const { problems, attempt } = useProblems();
  const field = useId();
  const rotate = (): Promise<void> =>
    attempt(async () => {
      const wish = { ...(secret !== '' && { secret }), keep_previous: keepsPrevious };
      setRotated(await post(`/_mock/subscriptions/${encodeURIComponent(id)}/rotate-secret`, wish));
    });
  if (rotated)
    return (
      <Dialog title="The new secret" onClose={onClose}>
        <p>
          It is shown this once. From the next delivery on, {shortId(id)} is signed with it
          {rotated.has_secondary ? ', and with the one of before as the secondary' : ''}.
        </p>
        <div class="actions">
          <input class="mono secret" readOnly value={rotated.secret} aria-label="The new secret" />
          <CopyButton text={() => rotated.secret} what="The secret" />
        </div>
        <div class="actions">
          <button type="button" class="primary" onClick={onClose}>
            Done
          </button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title="Rotate the secret" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void rotate();
        }}
      >
        <label for={field}>New secret</label>
        <input
          id={field}
          class="mono secret"
          value={secret}
          placeholder="made up when left empty"
          autocomplete="off"
          onInput={(event) => setSecret(event.currentTarget.value)}
        />
        <label class="choice">
          <input
            type="checkbox"
            checked={keepsPrevious}
            onChange={(event) => setKeepsPrevious(event.currentTarget.checked)}
          />{' '}
          Keep the one of before as the secondary, so that both sign for a while
        </label>
        <Problems of={problems} />
        <div class="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Rotate
          </button>
        </div>
      </form>
    </Dialog>
  );
}
