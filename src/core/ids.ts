import type { Rng } from './rng.ts';

const hex = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));

/**
 * A UUIDv7 (RFC 9562) whose 48-bit timestamp is exactly `now`, with the other bits from `rng`.
 * The platform's ids carry the millisecond of the entity or event they name (contract, management API and delivery).
 */
export function uuidv7(rng: Rng, now: number): string {
  const time = Math.floor(now).toString(16).padStart(12, '0');
  const a = rng.uint32();
  const b = rng.uint32();
  const c = rng.uint32();
  const variant = 0x80 | ((a >>> 12) & 0x3f);
  return (
    `${time.slice(0, 8)}-${time.slice(8)}-7${(a & 0xfff).toString(16).padStart(3, '0')}-` +
    `${hex[variant]}${hex[(a >>> 18) & 0xff]}-${b.toString(16).padStart(8, '0')}${(c >>> 16).toString(16).padStart(4, '0')}`
  );
}

/** A random UUIDv4, as the PIM gives to its products. */
export function uuidv4(rng: Rng): string {
  // Joined and not added up: that would leave a chain of little strings in memory for as long as the id is kept.
  const parts: (string | undefined)[] = [];
  for (let i = 0; i < 16; i++) {
    const byte = rng.uint32() >>> 24;
    if (i === 4 || i === 6 || i === 8 || i === 10) parts.push('-');
    parts.push(hex[i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte]);
  }
  return parts.join('');
}
