import { CopyButton } from './copy-button.tsx';

/** A command for a terminal, to be copied. */
export const Command = ({ text }: { text: string }) => (
  <div class="command">
    <code>{text}</code>
    <CopyButton text={() => text} what="The command" />
  </div>
);
