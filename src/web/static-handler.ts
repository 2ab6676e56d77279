import { createReadStream } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { locateFile, type Mounts, segmentsOf } from './locate-file.js';
import { mimeType } from './mime-types.js';

/** Answers GET and HEAD with files out of the mounted folders, and with nothing else. */
export function staticHandler(mounts: Mounts): RequestListener {
  return (request, response) => {
    void answer(mounts, request, response);
  };
}

async function answer(
  mounts: Mounts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(response, 405, 'This server only answers GET and HEAD.');
  }
  const segments = segmentsOf(request.url ?? '');
  if (segments === undefined)
    return refuse(response, 400, 'This is not a path that could name a file.');
  const file = await locateFile(mounts, segments);
  if (file === undefined) return refuse(response, 404, 'There is no such file.');
  response.writeHead(200, {
    'Content-Type': mimeType(file.path),
    'Content-Length': file.size,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  /* The answer to a request that came behind another one may never get its turn, and is not told when the client leaves. */
  if (request.socket.destroyed) return;
  const content = createReadStream(file.path);
  const abandon = () => content.destroy();
  request.socket.once('close', abandon);
  content.once('close', () => request.socket.off('close', abandon));
  /* Should the file break off, so does the connection: its length was announced. */
  pipeline(content, response, () => {});
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': sentence.length + 1,
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(`${sentence}\n`);
}
