import { asWswrapError } from '../error.js';
import { openLog } from './log.js';
import { type FromWorker, type ToWorker, WORKER_FIRST_FD, type WorkerOrder } from './messages.js';
import { ProxyServer } from './server.js';

/* The main program of a worker. It does what its supervisor says, and ends with it. */

let server: ProxyServer | undefined;

// The supervisor has got them too, and decides what they mean.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.title = 'wsproxy';
process.stderr.on('error', () => {});
process.on('disconnect', () => process.exit());
process.on('message', (message: ToWorker) => obey(message));

function obey(message: ToWorker): void {
  switch (message.kind) {
    case 'serve':
      begin(message);
      break;
    case 'renew':
      server?.renew(message.identity);
      break;
    case 'reopen-log':
      server?.reopenLog();
      break;
    case 'drain':
      void server?.drain().then(leave);
      break;
    case 'stop':
      server?.stop();
      void server?.ended.then(leave);
      break;
    case 'ask':
      answer(message.id, message.what).catch(() => {});
      break;
  }
}

function begin(order: WorkerOrder): void {
  try {
    server = serve(order);
    tell({ kind: 'ready' });
  } catch (error) {
    const { code, message } = asWswrapError(error);
    tell({ kind: 'failed', code, message });
  }
}

function serve({ listeners, ...order }: WorkerOrder): ProxyServer {
  const listenFds = Array.from({ length: listeners }, (_, index) => WORKER_FIRST_FD + index);
  return new ProxyServer({ ...order, listenFds, log: openLog(order.settings.log) });
}

async function answer(id: number, what: 'metrics' | 'check'): Promise<void> {
  if (server === undefined) return;
  if (what === 'metrics') tell({ kind: 'answer', id, metrics: await server.metrics() });
  else tell({ kind: 'answer', id, trouble: await server.check() });
}

function tell(message: FromWorker): void {
  process.send?.(message);
}

/** What still waits to be written to the channel goes out first. */
function leave(): void {
  process.disconnect();
}
