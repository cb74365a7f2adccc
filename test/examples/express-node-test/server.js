// node server.js, with AEP_WEBHOOK_SECRET and, while the secret is being changed, AEP_WEBHOOK_SECRET_OLD.
import process from 'node:process';
import { createApp } from './app.js';
import { Catalogue } from './catalogue.js';
import { Inbox } from './inbox.js';

const { AEP_WEBHOOK_SECRET: secret, AEP_WEBHOOK_SECRET_OLD: old, PORT = '3000' } = process.env;
if (!secret) throw new Error('AEP_WEBHOOK_SECRET is the secret of the subscription');

const catalogue = new Catalogue();
const inbox = new Inbox((event) => catalogue.apply(event));
const app = createApp({ secrets: old ? [secret, old] : [secret], inbox });
const server = app.listen(Number(PORT), '127.0.0.1');

process.once('SIGTERM', () => server.close(() => inbox.idle()));
