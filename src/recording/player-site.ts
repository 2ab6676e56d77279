import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { staticHandler } from '../web/static-handler.js';
import { readChunk } from './chunk.js';
import { type Summary, summarize } from './summary.js';

/** The page's files are not compiled: they lie in src/ also when this file runs from dist/. */
const PAGE = fileURLToPath(new URL('../../src/recording/page/', import.meta.url));

/** What is in a recording is a stranger's: the page runs and loads nothing but its own. noVNC makes pictures out of data. */
const POLICY = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'";

/** Serves the player's page and a recording, piece by piece. `host` is the name that the server is known by. */
export function playerSite(path: string, host: string): RequestListener {
  const files = staticHandler({ '/': PAGE, '/novnc/': novncFolder() });
  return (request, response) => {
    response.setHeader('Content-Security-Policy', POLICY);
    if (!isOurs(request.headers.host, host))
      return refuse(response, 403, 'This is not the name of this server.');
    const [name, query] = (request.url ?? '/').split('?', 2);
    if (name === '/summary.json') return answer(response, () => sendSummary(path, response));
    if (name === '/records')
      return answer(response, () => sendRecords(path, new URLSearchParams(query), response));
    files(request as IncomingMessage, response);
  };
}

/** Another site's page must not read what was recorded by having its own name lead here (DNS rebinding). */
function isOurs(header: string | undefined, host: string): boolean {
  const name = (header ?? '')
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '');
  return isIP(name) !== 0 || name === 'localhost' || name === host.toLowerCase();
}

function answer(response: ServerResponse, send: () => Promise<void>): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  send().catch((error: Error) => refuse(response, 500, error.message));
}

async function sendSummary(path: string, response: ServerResponse): Promise<void> {
  const summary: Summary = await summarize(path);
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(summary));
}

async function sendRecords(
  path: string,
  asked: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const from = Number(asked.get('from'));
  const encoding = asked.get('encoding');
  if (!Number.isSafeInteger(from) || from < 0 || (encoding !== 'binary' && encoding !== 'base64')) {
    return refuse(response, 400, 'The address names no records.');
  }
  const { bytes, next } = await readChunk(path, encoding, from);
  response.setHeader('Content-Type', 'application/octet-stream');
  if (next !== undefined) response.setHeader('X-Next', next);
  response.end(bytes);
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${sentence}\n`);
}

function novncFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('@novnc/novnc')), '..');
}
