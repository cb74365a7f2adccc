import type { Rng } from './rng.ts';

const digits = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const dash = '-'.charCodeAt(0);

/** The code of the hexadecimal digit of four bits of a word. */
const digit = (word: number, shift: number): number => digits[(word >>> shift) & 15] as number;

/** The first 15 characters of the last UUIDv7, and the time that they stand for: many ids are made within one millisecond. */
let lastTime = Number.NaN;
let lastStart: readonly number[] = [];

function startAt(now: number): readonly number[] {
  if (now === lastTime) return lastStart;
  const time = Math.floor(now).toString(16).padStart(12, '0');
  lastTime = now;
  lastStart = Array.from(`${time.slice(0, 8)}-${time.slice(8)}-7`, (character) => character.charCodeAt(0));
  return lastStart;
}

/**
 * A UUIDv7 (RFC 9562) whose 48-bit timestamp is exactly `now`, with the other bits from `rng`.
 * The platform's ids carry the millisecond of the entity or event they name (contract, management API and delivery).
 * Every event has one: put together from character codes it is one flat string, several times as fast as from pieces.
 */
export function uuidv7(rng: Rng, now: number): string {
  const a = rng.uint32();
  const b = rng.uint32();
  const c = rng.uint32();
  // biome-ignore format: in the groups of a UUID
  return String.fromCharCode(
    ...startAt(now),
    digit(a, 8), digit(a, 4), digit(a, 0), dash,
    digits[8 | ((a >>> 16) & 3)] as number, digit(a, 12), digit(a, 22), digit(a, 18), dash,
    digit(b, 28), digit(b, 24), digit(b, 20), digit(b, 16), digit(b, 12), digit(b, 8),
    digit(b, 4), digit(b, 0), digit(c, 28), digit(c, 24), digit(c, 20), digit(c, 16),
  );
}

/** The characters of the UUIDv4 that is being made: always the same array, because every event has one as its correlation id. */
const codes: number[] = Array.from('00000000-0000-4000-8000-000000000000', (character) => character.charCodeAt(0));

/** A random UUIDv4, as the PIM gives to its products. */
export function uuidv4(rng: Pick<Rng, 'uint32'>): string {
  let at = 0;
  for (let i = 0; i < 16; i++) {
    const byte = rng.uint32() >>> 24;
    if (i === 4 || i === 6 || i === 8 || i === 10) at++;
    const written = i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte;
    codes[at++] = digit(written, 4);
    codes[at++] = digit(written, 0);
  }
  return String.fromCharCode(...codes);
}

/** A UUIDv4 that depends on the seed, the purpose and the key alone, whenever it is asked for. */
export function keyedUuidv4(rng: Rng, purpose: string, key: string): string {
  let draws = 0;
  return uuidv4({ uint32: () => rng.keyed(`${purpose} ${draws++}`, key) * 2 ** 32 });
}
