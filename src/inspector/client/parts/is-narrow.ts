import { signal } from '@preact/signals';

/** As the style sheets have it. */
const narrow = matchMedia('(max-width: 760px)');

/** The window is as narrow as that of a telephone. */
export const isNarrow = signal(narrow.matches);
narrow.addEventListener('change', ({ matches }) => {
  isNarrow.value = matches;
});
