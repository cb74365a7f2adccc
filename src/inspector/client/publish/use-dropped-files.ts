import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Takes files that are dropped anywhere on the page, and answers whether some are held over it. */
export function useDroppedFiles(onFiles: (files: readonly File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  const take = useRef(onFiles);
  take.current = onFiles;
  useLayoutEffect(() => {
    const listeners = new AbortController();
    const on = (name: 'dragover' | 'dragleave' | 'drop', listen: (event: DragEvent) => void): void =>
      document.addEventListener(name, listen, { signal: listeners.signal });
    on('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(true);
    });
    on('dragleave', (event) => {
      // It left the page, and not only what it was over.
      if (event.relatedTarget === null) setOver(false);
    });
    on('drop', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(false);
      take.current([...event.dataTransfer.files]);
    });
    return () => listeners.abort();
  }, []);
  return isOver;
}
