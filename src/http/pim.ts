/**
 * The PIM that the mock plays, as far as the platform needs it: tokens. Errors are in the PIM's own style, and the messages of the
 * token endpoint are those of the real PIM's open source code.
 */
import { createHash } from 'node:crypto';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { auth as readBasicAuth } from 'hono/utils/basic-auth';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { findRefreshToken, findToken } from '../core/credentials.ts';
import { isObject } from '../core/is-object.ts';
import type { Connection } from '../core/types.ts';
import { isJson, readText } from './body.ts';
import { issueTokens } from './issue-tokens.ts';
import { json, serve } from './openapi.ts';
import type { HttpContext } from './ports.ts';

const passwordGrant = z.object({
  grant_type: z.literal('password'),
  username: z.string().min(1),
  password: z.string().min(1),
});
const refreshGrant = z.object({ grant_type: z.literal('refresh_token'), refresh_token: z.string().min(1) });
const tokenRequest = z.discriminatedUnion('grant_type', [passwordGrant, refreshGrant]).openapi('TokenRequest');
const appTokenRequest = z
  .object({
    grant_type: z.literal('authorization_code'),
    code: z.string().min(1),
    client_id: z.string().min(1),
    code_identifier: z.string().min(1),
    code_challenge: z.string().min(1).openapi({ description: 'SHA-256 of code_identifier + client secret, in hex' }),
  })
  .openapi('AppTokenRequest');

const tokenAnswer = z
  .object({
    access_token: z.string(),
    expires_in: z.number().openapi({ example: 3600 }),
    token_type: z.literal('bearer'),
    scope: z.null(),
    refresh_token: z.string(),
  })
  .openapi('Token');
const pimError = z.object({ code: z.number(), message: z.string() }).openapi('PimError');
const appError = z.object({ error: z.string(), error_description: z.string() }).openapi('AppTokenError');
const tokenInfo = z.object({ client_id: z.string().nullable(), expires_in: z.number() }).openapi('TokenInfo');

const tags = ['pim'];
const jsonOrForm = <Schema>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema }, 'application/x-www-form-urlencoded': { schema } },
});

const routes = {
  token: createRoute({
    operationId: 'getToken',
    method: 'post',
    path: '/api/oauth/v1/token',
    tags,
    summary: 'Get a token for a connection, with its client id and secret as basic credentials',
    security: [{ pimBasic: [] }],
    request: { body: jsonOrForm(tokenRequest) },
    responses: {
      200: { description: 'The tokens', ...json(tokenAnswer) },
      400: { description: 'Not JSON', ...json(pimError) },
      422: { description: 'Wrong client, user or parameters', ...json(pimError) },
    },
  }),
  appToken: createRoute({
    operationId: 'getAppToken',
    method: 'post',
    path: '/connect/apps/v1/oauth2/token',
    tags,
    summary: "Exchange an app's authorization code for a token",
    request: { body: jsonOrForm(appTokenRequest) },
    responses: {
      200: { description: 'The tokens', ...json(tokenAnswer) },
      400: { description: 'Wrong app, code or parameters', ...json(appError) },
    },
  }),
  tokenInfo: createRoute({
    operationId: 'getTokenInfo',
    method: 'get',
    path: '/api/rest/v1/token-info',
    tags,
    summary: 'Check a token; the answer is assumed, the vendor documents none',
    security: [{ pimBearer: [] }],
    responses: {
      200: { description: 'The token is valid', ...json(tokenInfo) },
      401: { description: 'It is not', ...json(pimError) },
    },
  }),
};

/** Mounts the token endpoints of the PIM. */
export function mountPim(app: OpenAPIHono, ctx: HttpContext): void {
  serve(app, routes.token, (c) => issueForConnection(c, ctx));
  serve(app, routes.appToken, (c) => issueForApp(c, ctx));
  serve(app, routes.tokenInfo, (c) => describeToken(c, ctx));
}

async function issueForConnection(c: Context, ctx: HttpContext): Promise<Response> {
  const body = await readParameters(c);
  if (!body) return pimProblem(c, 400, 'Invalid json message received');
  const request = tokenRequest.safeParse(body).data;
  if (!request) {
    const parameters =
      body.grant_type === 'refresh_token'
        ? '"grant_type" or "refresh_token" is'
        : '"grant_type", "username" or "password" is';
    return pimProblem(c, 422, `Parameter ${parameters} missing, empty or invalid`);
  }
  const connection = connectionOf(c, ctx);
  if (!connection) {
    return pimProblem(c, 422, 'Parameter "client_id" is missing or does not match any client, or secret is invalid');
  }
  if (request.grant_type === 'refresh_token') {
    const token = findRefreshToken(ctx.state, request.refresh_token, connection.clientId, ctx.now());
    if (!token) return pimProblem(c, 422, 'Refresh token is invalid or has expired');
    ctx.dispatch({ type: 'redeemToken', value: token.value });
  } else if (connection.username !== request.username || connection.password !== request.password) {
    return pimProblem(c, 422, 'No user found for the given username and password');
  }
  return tokensFor(c, ctx, connection.clientId);
}

/** Assumed: the form of the errors (RFC 6749), that a code works again, and that an app's token is renewed like a connection's. */
async function issueForApp(c: Context, ctx: HttpContext): Promise<Response> {
  const request = appTokenRequest.safeParse(await readParameters(c)).data;
  if (!request) {
    const required = Object.keys(appTokenRequest.shape).join(', ');
    return appProblem(c, 'invalid_request', `${required} are required, and grant_type is authorization_code`);
  }
  const app = ctx.state.connections.get(request.client_id);
  if (app?.kind !== 'app') return appProblem(c, 'invalid_client', 'client_id is not that of a known app');
  const challenge = createHash('sha256')
    .update(request.code_identifier + app.clientSecret)
    .digest('hex');
  if (request.code_challenge.toLowerCase() !== challenge) {
    return appProblem(
      c,
      'invalid_client',
      'code_challenge is not the SHA-256 of code_identifier and the client secret, in hex',
    );
  }
  if (app.authorizationCode !== undefined && app.authorizationCode !== request.code) {
    return appProblem(c, 'invalid_grant', 'code is not the authorization code of this app');
  }
  return tokensFor(c, ctx, app.clientId);
}

function describeToken(c: Context, ctx: HttpContext): Response {
  const value = /^Bearer\s+(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
  if (value === undefined) return pimProblem(c, 401, 'Authentication is required');
  const now = ctx.now();
  const token = findToken(ctx.state, value, now);
  if (typeof token === 'string' || token.kind === 'refresh') {
    if (ctx.auth === 'any') return c.json({ client_id: null, expires_in: ctx.policy.tokenLifetimeMs / 1000 }, 200);
    const problem = token === 'expired' ? 'has expired' : 'is invalid';
    return pimProblem(c, 401, `The access token provided ${problem}.`);
  }
  return c.json({ client_id: token.clientId, expires_in: Math.ceil((token.expiresAt - now) / 1000) }, 200);
}

function tokensFor(c: Context, ctx: HttpContext, clientId: string): Response {
  const { access, refresh } = issueTokens(ctx, clientId);
  const answer: z.output<typeof tokenAnswer> = {
    access_token: access.value,
    expires_in: Math.round(ctx.policy.tokenLifetimeMs / 1000),
    token_type: 'bearer',
    scope: null,
    refresh_token: refresh.value,
  };
  return c.json(answer, 200);
}

function connectionOf(c: Context, ctx: HttpContext): Connection | undefined {
  const given = readBasicAuth(c.req.raw);
  const connection = given && ctx.state.connections.get(given.username);
  return connection && connection.clientSecret === given.password ? connection : undefined;
}

/** The parameters of a JSON or form body; undefined when it says that it is JSON and is not. */
async function readParameters(c: Context): Promise<Record<string, unknown> | undefined> {
  const text = await readText(c);
  if (!isJson(c.req.header('Content-Type') ?? '')) return Object.fromEntries(new URLSearchParams(text));
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function pimProblem(c: Context, code: ContentfulStatusCode, message: string): Response {
  return c.json({ code, message }, code);
}

function appProblem(c: Context, error: string, description: string): Response {
  return c.json({ error, error_description: description }, 400);
}
