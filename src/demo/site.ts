import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { staticHandler } from '../web/static-handler.js';

/** The page's files are not compiled: they lie in src/ also when this file runs from dist/. */
const PAGE = fileURLToPath(new URL('../../src/demo/page/', import.meta.url));

/** Serves the demo's page, noVNC, and the number of the port that the page is to connect to. */
export function siteHandler(vncPort: number): RequestListener {
  const files = staticHandler({ '/': PAGE, '/novnc/': novncFolder() });
  return (request, response) => {
    if (request.url !== '/settings.json') return files(request, response);
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('Cache-Control', 'no-store');
    response.end(JSON.stringify({ port: vncPort }));
  };
}

function novncFolder(): string {
  const main = createRequire(import.meta.url).resolve('@novnc/novnc');
  return join(dirname(main), '..');
}
