import { render } from 'preact';
import { App } from './app.tsx';
import { openStream } from './journal-stream.ts';
import { followStream } from './live/live-feed.ts';

const root = document.getElementById('app');
if (root) render(<App />, root);
followStream();
openStream();
