import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpsConfig } from '../core/types.ts';
import { fail } from '../errors.ts';
import { checked, readOptionalJson } from './body.ts';
import { controlRoute, idInPath } from './control-route.ts';
import { InvalidRequest, rejected } from './errors.ts';
import { type RotatedSecret, rotateSecretAnswer, rotateSecretBody } from './inspect-api.ts';
import { serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';
import { subscriptionIdOf } from './transitions.ts';

const route = controlRoute({
  method: 'post',
  path: '/_mock/subscriptions/{id}/rotate-secret',
  name: 'rotateSecret',
  summary:
    'Give a subscription a new secret, as its owner would with a PATCH; this answer is the only one that shows it',
  parameters: [idInPath('id')],
  body: { schema: rotateSecretBody, required: false },
  answer: rotateSecretAnswer,
  errors: [404, 409],
});

/** The length of a secret that the mock makes up, in bytes; it is shown as twice as many hexadecimal digits. */
const secretBytes = 24;

/** Mounts the rotation of a subscription's secret. */
export function mountRotateSecret(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, route, async (c) => {
    const wish = checked(rotateSecretBody, await readOptionalJson(c));
    const id = subscriptionIdOf(ctx, c.req.param('id'));
    const config = httpsConfigOf(ctx, id);
    const primary = wish.secret ?? Buffer.from(ctx.rng.bytes(secretBytes)).toString('hex');
    if (primary === config.secret.primary)
      throw new InvalidRequest(['secret: is the primary secret already; send another one, or none'], 400);
    const secret = { primary, ...(wish.keep_previous && { secondary: config.secret.primary }) };
    const patch = { config: { ...config, secret } };
    const rejection = ctx.dispatch({ type: 'updateSubscription', subscriptionId: id, patch });
    if (rejection) throw rejected(rejection);
    return c.json({ id, secret: primary, has_secondary: wish.keep_previous } satisfies RotatedSecret);
  });
}

function httpsConfigOf({ state }: HttpContext, id: string): HttpsConfig {
  const config = state.subscriptions.get(id)?.config;
  if (!config) throw fail('SUBSCRIPTION_NOT_FOUND', { id });
  if (config.type === 'https') return config;
  throw new InvalidRequest([`${id}: is a ${config.type} subscription, and only https deliveries are signed`], 409);
}
