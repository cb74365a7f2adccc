/** What the control API shows and does one delivery, one event or one subscription at a time: what a person looks at closely. */
import { z } from '@hono/zod-openapi';
import { type ResendMode, resendModes } from '../core/resend.ts';
import { delivery, httpStatus, id, milliseconds, time, total } from './delivery-api.ts';
import { secretText } from './destination-schemas.ts';
import type { JournalEntryView } from './journal-api.ts';

const headers = z.record(z.string(), z.string());

/** An attempt as it went over the wire. Kept of the latest attempts only. */
const wireView = z
  .object({
    attempt: z.int().min(1),
    /** Real time: what virtual time does not show. */
    sent_at: time.openapi({ description: 'When it was sent, on the machine’s own clock' }),
    took_ms: milliseconds.optional().openapi({ description: 'Real time until the answer, where one came' }),
    request: z.object({
      method: z.literal('POST').optional().openapi({ description: 'Absent for brokers' }),
      url: z.string().openapi({ description: 'The URL or topic' }),
      headers: headers.openapi({ description: 'Attributes of the message, for brokers' }),
      body: z.string().openapi({ description: 'The exact text that was signed' }),
    }),
    response: z
      .object({
        status: httpStatus,
        headers,
        body: z.string().openapi({ description: 'What was read of it, at most 4 kB; decoded as UTF-8' }),
        is_cut: z.boolean().openapi({ description: 'The handler sent more' }),
      })
      .optional()
      .openapi({ description: 'Absent when none came, and for brokers' }),
  })
  .openapi('Wire');

export const deliveryDetail = z
  .object({
    delivery,
    event: z
      .looseObject({ id, type: z.string() })
      .optional()
      .openapi({ description: 'As it was published, as long as the mock keeps it' }),
    /** Oldest first; attempts that are not kept any more are missing. */
    wire: z.array(wireView).openapi({ description: 'The attempts whose requests are still kept, oldest first' }),
    ack_deadline_ms: milliseconds,
  })
  .openapi('DeliveryDetail');

export const resendBody = z.strictObject({
  as: z.enum(resendModes).default('itself').openapi({
    description:
      'itself: the same event, the same bytes, a delivery of its own; duplicate: the same, journalled as an injected duplicate; new_event: its content under a new event id, so that a handler that deduplicates takes it again',
  }),
});
export const resendAnswer = z
  .object({ delivery_id: id, event_id: id, subscription_id: id, duplicate_of: id.optional() })
  .openapi('Resent');

export const rotateSecretBody = z.strictObject({
  secret: secretText()
    .optional()
    .openapi({ description: 'The new primary secret, 16 to 256 characters; made up when absent' }),
  keep_previous: z
    .boolean()
    .default(true)
    .openapi({ description: 'The primary secret of before becomes the secondary one, so that both sign for a while' }),
});
export const rotateSecretAnswer = z
  .object({
    id,
    secret: z.string().openapi({ description: 'Shown this once' }),
    has_secondary: z.boolean(),
  })
  .openapi('RotatedSecret');

export const eventTypesAnswer = z
  .object({
    items: z.array(
      z.object({
        type: z.string(),
        short_name: z.string(),
        schema: z.string().openapi({ description: 'The path of its JSON Schema' }),
      }),
    ),
  })
  .openapi('EventTypes');

export const draftBody = z.strictObject({
  type: z.string(),
  seed: z.int().optional().openapi({ description: 'Another number makes another payload' }),
});
/** Generated and not published; nothing that the mock does later depends on it. */
export const draftAnswer = z.object({ event: z.looseObject({ id, type: z.string() }) }).openapi('Draft');

export const checkBody = z.strictObject({ event: z.unknown() });
export const checkAnswer = z
  .object({
    problems: z.array(
      z.object({
        /** A dotted path, as `set` takes it; empty for the whole. */
        field: z.string(),
        message: z.string(),
      }),
    ),
  })
  .openapi('EventProblems', { description: 'What the schema of its type says against an event; empty when it fits' });

/** One bar of a histogram: answers that took longer than the bar before and at most `up_to_ms`. */
export const answerTimeBar = z.object({ up_to_ms: milliseconds, answers: total });

/**
 * One message of `GET /_mock/stream` (server-sent events, event name `entries`). Its id names the run and the last entry it covers, so
 * that a connection that was lost goes on where it ended (`Last-Event-ID`).
 */
export interface StreamMessage {
  /** Names this run of the mock. Another one means that numbers begin anew: what was shown before is history. */
  run: string;
  /** The entries of this message cover the journal up to this number. */
  last_seq: number;
  /** Entries that were not kept long enough to be told: the journal is bounded. */
  missed: number;
  /**
   * Set when there was more than a page can show: only the entries of every so many-th delivery are told. `left_out` counts the entries
   * among those of this message that are not.
   */
  sampled?: { one_in: number; left_out: number };
  entries: JournalEntryView[];
  /**
   * Where time is moved by hand: how many real milliseconds the answers took, by the number of their entry. The journal itself is the
   * same in every run.
   */
  measured_ms?: Record<string, number>;
  /** The mock's time when it was sent. */
  now: string;
}

export type DeliveryDetail = z.output<typeof deliveryDetail>;
export type WireView = DeliveryDetail['wire'][number];
export type { ResendMode };
export type Resent = z.output<typeof resendAnswer>;
export type RotatedSecret = z.output<typeof rotateSecretAnswer>;
export type EventTypesBody = z.output<typeof eventTypesAnswer>;
export type DraftBody = z.output<typeof draftAnswer>;
export type EventProblems = z.output<typeof checkAnswer>;
