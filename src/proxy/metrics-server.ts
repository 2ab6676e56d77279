import { createServer, type Server, type ServerResponse } from 'node:http';
import { AggregatorRegistry, Registry } from 'prom-client';
import { messageOf, WswrapError } from '../error.js';
import { listen } from '../web/listen.js';
import type { MetricsSnapshot } from './metrics.js';
import type { Service } from './service.js';
import { type HostPort, placeText } from './settings.js';

/** GET /metrics for Prometheus, GET /healthz for whoever decides whether we get clients. */
export class MetricsServer {
  readonly #service: Service;
  readonly #server: Server;

  constructor(service: Service) {
    this.#service = service;
    this.#server = createServer((request, response) => {
      void this.#answer(request.url ?? '', response).catch((error: unknown) =>
        reply(response, 500, `${messageOf(error)}\n`),
      );
    });
  }

  /** Resolves to the port. Rejects with a WswrapError. */
  async listen(place: HostPort): Promise<number> {
    try {
      return await listen(this.#server, place.port, place.host || '::');
    } catch (error) {
      const where = placeText(place);
      throw new WswrapError(
        'system',
        `cannot listen on --metrics ${where}: ${messageOf(error)}`,
        error,
      );
    }
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(url: string, response: ServerResponse): Promise<void> {
    const [path] = url.split('?', 1);
    if (path === '/metrics') {
      const text = await merged(await this.#service.metrics());
      return reply(response, 200, text, Registry.PROMETHEUS_CONTENT_TYPE);
    }
    if (path === '/healthz') {
      const trouble = await this.#service.check();
      return trouble === undefined
        ? reply(response, 200, 'ok\n')
        : reply(response, 503, `${trouble}\n`);
    }
    reply(response, 404, 'There are /metrics and /healthz.\n');
  }
}

async function merged(snapshots: MetricsSnapshot[]): Promise<string> {
  return await AggregatorRegistry.aggregate(snapshots).metrics();
}

function reply(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' });
  response.end(text);
}
