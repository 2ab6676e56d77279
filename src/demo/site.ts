import type { RequestListener } from 'node:http';
import { staticHandler } from '../web/static-handler.js';
import { sourceFolder, vncMounts } from '../web/vnc-site.js';

/** Serves the demo's page, noVNC, and the number of the port that the page is to connect to. */
export function siteHandler(vncPort: number): RequestListener {
  const files = staticHandler({ ...vncMounts, '/': sourceFolder('src/demo/page/') });
  return (request, response) => {
    if (request.url !== '/settings.json') return files(request, response);
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('Cache-Control', 'no-store');
    response.end(JSON.stringify({ port: vncPort }));
  };
}
