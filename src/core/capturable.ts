/** Something whose state can be taken down and put back, as often as one likes. What is captured is a copy: it changes no more. */
export interface Capturable<Captured = unknown> {
  capture(): Captured;
  restore(captured: Captured): void;
}
