import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { benchmarkEventType } from '../core/envelope.ts';
import { show } from '../errors.ts';
import { authenticate } from './auth.ts';
import { check, readJson } from './body.ts';
import { boundedNesting } from './destination-schemas.ts';
import { InvalidRequest } from './errors.ts';
import { errorAnswers, json, platformSecurity, serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

/**
 * The endpoint was drafted by the vendor and never released (contract, delivery: benchmark). The size is the draft's; how many
 * events, and how much in all, is ours: all of it may wait in the queues at once.
 */
const limits = { count: 100_000, sizeKb: 10, totalKb: 100_000 } as const;

const benchmarkBody = z
  .object({
    type: z.literal(benchmarkEventType),
    count: z
      .number()
      .refine((count) => Number.isInteger(count) && count >= 1 && count <= limits.count, {
        abort: true,
        error: ({ input }) => `must be a whole number from 1 to ${limits.count}, got ${show(input)}`,
      })
      .default(1_000)
      .openapi({ type: 'integer', minimum: 1, maximum: limits.count }),
    size: z
      .number()
      .refine((size) => size > 0 && size <= limits.sizeKb, {
        abort: true,
        error: ({ input }) => `must be more than 0 and at most ${limits.sizeKb} kB, got ${show(input)}`,
      })
      .default(1)
      .openapi({ exclusiveMinimum: 0, maximum: limits.sizeKb, description: 'kB of data in each event' }),
    custom_data: z
      .unknown()
      .refine(...boundedNesting)
      .optional()
      .openapi({ description: 'Goes into each event as it is' }),
  })
  .refine((body) => body.count * eventKb(body) <= limits.totalKb, {
    path: ['count'],
    error: ({ input }) => {
      const body = input as Load;
      return `may be at most ${Math.floor(limits.totalKb / eventKb(body))} with events of this size, got ${body.count}`;
    },
  })
  .openapi('Benchmark');

interface Load {
  count: number;
  size: number;
  custom_data?: unknown;
}

const eventKb = ({ size, custom_data: custom }: Load): number =>
  Math.max(size, (JSON.stringify(custom) ?? '').length / 1024);

const accepted = z
  .object({ type: z.string(), count: z.int(), size: z.number() })
  .openapi('BenchmarkAccepted', { description: 'Assumed: no answer of it was ever seen' });

const route = createRoute({
  operationId: 'startBenchmark',
  method: 'post',
  path: '/api/v1/benchmark',
  tags: ['benchmark'],
  security: platformSecurity,
  summary: 'Send test events to the subscriptions whose source is benchmark',
  request: { body: { required: true, ...json(benchmarkBody) } },
  responses: { 202: { description: 'What is being sent', ...json(accepted) }, ...errorAnswers(400, 401, 403, 413) },
});

export function mountBenchmark(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, route, async (c) => {
    authenticate(c, ctx);
    const { data, problems } = check(benchmarkBody, await readJson(c));
    if (!data) throw new InvalidRequest(problems, ctx.policy.validationStatus);
    const { type, count, size, custom_data: customData } = data;
    ctx.benchmark({ count, sizeKb: size, ...(customData !== undefined && { customData }) });
    return c.json({ type, count, size }, 202);
  });
}
