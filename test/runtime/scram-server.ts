import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

/** The mechanisms of RFC 5802 and RFC 7677 that Kafka has, and the hash of each. */
const hashes: Record<string, { name: string; bytes: number }> = {
  'SCRAM-SHA-256': { name: 'sha256', bytes: 32 },
  'SCRAM-SHA-512': { name: 'sha512', bytes: 64 },
};
const salt = Buffer.from('salt of the stub');
const iterations = 4_096;

/** Nonces need to differ, and in a test nobody guesses them. */
let nonceCount = 0;

/** What the server says next; without `message` it refuses. */
export interface SaslStep {
  message?: string;
  isAuthenticated: boolean;
}

/** The server's side of one exchange: gives the answer to each message of the client. */
export type SaslExchange = (message: string) => SaslStep;

export const refused: SaslStep = { isAuthenticated: false };

/** An exchange that succeeds with this password, whoever the user is; of an unknown mechanism it refuses everything. */
export function scramExchange(mechanism: string, password: string): SaslExchange {
  const hash = hashes[mechanism];
  if (hash === undefined) return () => refused;
  const hmac = (key: Buffer, text: string): Buffer => createHmac(hash.name, key).update(text).digest();
  const digest = (bytes: Buffer): Buffer => createHash(hash.name).update(bytes).digest();
  const saltedPassword = pbkdf2Sync(password, salt, iterations, hash.bytes, hash.name);
  const storedKey = digest(hmac(saltedPassword, 'Client Key'));
  const serverKey = hmac(saltedPassword, 'Server Key');

  const final = (gs2Header: string, nonces: string[], firstMessages: string): SaslExchange => {
    const expected = nonces.map((nonce) => `c=${Buffer.from(gs2Header).toString('base64')},r=${nonce}`);
    return (message) => {
      const [, withoutProof = '', proofText = ''] = /^(.*),p=([^,]*)$/.exec(message) ?? [];
      const proof = Buffer.from(proofText, 'base64');
      if (!expected.includes(withoutProof) || proof.length !== hash.bytes) return refused;
      const authMessage = `${firstMessages},${withoutProof}`;
      const clientKey = xor(proof, hmac(storedKey, authMessage));
      if (!timingSafeEqual(digest(clientKey), storedKey)) return refused;
      return { message: `v=${hmac(serverKey, authMessage).toString('base64')}`, isAuthenticated: true };
    };
  };

  let next: SaslExchange = (clientFirst) => {
    const [, gs2Header, bare, clientNonce] = /^([ny],(?:a=[^,]*)?,)(n=[^,]*,r=([^,]+))$/.exec(clientFirst) ?? [];
    if (gs2Header === undefined) return refused;
    const nonce = `${clientNonce}-${++nonceCount}`;
    const message = `r=${nonce},s=${salt.toString('base64')},i=${iterations}`;
    // Until the end of 2024 librdkafka put its own nonce in front of the one that has it already, and Kafka 3.8.1 takes that.
    next = final(gs2Header, [nonce, `${clientNonce}${nonce}`], `${bare},${message}`);
    return { message, isAuthenticated: false };
  };
  return (message) => {
    const answer = next;
    // Each step is taken once, and after the last one the exchange is over.
    next = () => refused;
    return answer(message);
  };
}

const xor = (left: Buffer, right: Buffer): Buffer => Buffer.from(left.map((byte, at) => byte ^ (right[at] ?? 0)));
