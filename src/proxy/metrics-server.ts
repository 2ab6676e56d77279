import { createServer, type Server, type ServerResponse } from 'node:http';
import { AggregatorRegistry, Registry } from 'prom-client';
import { asWswrapError, messageOf, WswrapError } from '../error.js';
import { openListeners } from './listeners.js';
import type { MetricsSnapshot } from './metrics.js';
import type { Service } from './service.js';
import type { HostPort } from './settings.js';

/** GET /metrics for Prometheus, GET /healthz for whoever decides whether we get clients. */
export class MetricsServer {
  readonly #service: Service;
  readonly #servers: Server[] = [];
  /** Those who ask meanwhile share it. */
  #check: Promise<string | undefined> | undefined;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Resolves to the addresses that it listens on. Rejects with a WswrapError. */
  async listen(place: HostPort): Promise<string[]> {
    const listeners = await openListeners([], [place]).catch((error: unknown) => {
      const { code, message } = asWswrapError(error);
      throw new WswrapError(code, `--metrics: ${message}`, error);
    });
    for (const { fd } of listeners) {
      const server = createServer((request, response) => {
        void this.#answer(request.url ?? '', response).catch((error: unknown) =>
          reply(response, 500, `${messageOf(error)}\n`),
        );
      });
      this.#servers.push(server.listen({ fd }));
    }
    return listeners.map(({ text }) => text);
  }

  close(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  async #answer(url: string, response: ServerResponse): Promise<void> {
    const [path] = url.split('?', 1);
    if (path === '/metrics') {
      const text = await merged(await this.#service.metrics());
      return reply(response, 200, text, Registry.PROMETHEUS_CONTENT_TYPE);
    }
    if (path === '/healthz') {
      this.#check ??= this.#service.check().finally(() => {
        this.#check = undefined;
      });
      const trouble = await this.#check;
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
