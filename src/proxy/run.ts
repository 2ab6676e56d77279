import { addon } from '../native/addon.js';
import { checkFolders } from '../relay/check-folders.js';
import type { ConnectionLog } from '../relay/connection-log.js';
import { type Identity, IdentityKeeper, makeIdentity, readIdentity } from '../relay/identity.js';
import { ControlSignals } from './control-signals.js';
import { openListeners, removeSockets } from './listeners.js';
import { logText, openLog } from './log.js';
import { MetricsServer } from './metrics-server.js';
import { writePidFile } from './pid-file.js';
import { ProxyServer } from './server.js';
import type { Provisions, Service } from './service.js';
import { activatedFds, ServiceManager } from './service-manager.js';
import { type ProxySettings, placeText } from './settings.js';
import { Supervisor } from './supervisor.js';

/** What has to be done at the end, last thing first. */
type Undo = (() => void)[];

/**
 * Runs the proxy until it is told to end. `onReady` gets a line about it once clients can come. Rejects with a WswrapError
 * when it cannot begin.
 */
export async function run(
  settings: ProxySettings,
  onReady: (description: string) => void,
): Promise<void> {
  const undo: Undo = [];
  try {
    await begin(settings, undo, onReady);
  } finally {
    for (const step of undo.reverse()) step();
  }
}

async function begin(
  settings: ProxySettings,
  undo: Undo,
  onReady: (description: string) => void,
): Promise<void> {
  process.title = 'wsproxy';
  const { log, service, places, keeper } = await open(settings, undo);
  if (settings.metrics) {
    const metrics = new MetricsServer(service);
    undo.push(() => metrics.close());
    for (const address of await metrics.listen(settings.metrics)) log.note('metrics', { address });
  }
  if (settings.pidFile !== undefined) undo.push(writePidFile(settings.pidFile));

  const manager = new ServiceManager(process.env);
  const description = `${places.join(' and ')} to ${placeText(settings.target)}`;
  const signals = new ControlSignals(() => {
    manager.reloading();
    service.reopenLog();
    keeper?.look();
    manager.ready(description);
  });
  undo.push(() => signals.forget());
  for (const place of places) log.listening(place, placeText(settings.target));
  manager.ready(description);
  onReady(`listening on ${description}, pid ${process.pid}, log ${logText(settings.log)}`);

  await signals.ended;
  manager.stopping();
  // Before the successor makes its own.
  removeSockets(settings.listen);
  signals.endAgain = () => service.stop();
  await service.drain();
}

async function open(settings: ProxySettings, undo: Undo) {
  const log = openLog(settings.log);
  checkFolders(settings);
  const identity = await identityFor(settings.cert);
  const listeners = await openListeners(activatedFds(process.env), settings.listen);
  const service = await start({
    settings,
    identity,
    listenFds: listeners.map(({ fd }) => fd),
    recordingCounterFd: settings.record === undefined ? undefined : addon.recordingCounter(),
    log,
  });
  undo.push(() => service.stop());
  const keeper = keeperFor(settings, identity, service, log);
  undo.push(() => keeper?.close());
  const places = listeners.map(({ text }) => text);
  return { log, service, places, keeper };
}

/** One process serves by itself: a supervisor would only cost the memory of a second one. */
async function start(provisions: Provisions): Promise<Service> {
  return provisions.settings.workers === 1
    ? new ProxyServer(provisions)
    : await Supervisor.start(provisions);
}

async function identityFor(cert: ProxySettings['cert']): Promise<Identity | undefined> {
  if (cert === undefined) return undefined;
  return cert === 'auto' ? await makeIdentity() : readIdentity(cert);
}

function keeperFor(
  { cert }: ProxySettings,
  first: Identity | undefined,
  service: Service,
  log: ConnectionLog,
): IdentityKeeper | undefined {
  if (typeof cert !== 'object' || first === undefined) return undefined;
  return new IdentityKeeper(cert, first, {
    renewed: (identity) => {
      service.renew(identity);
      log.note('certificate', { file: cert.cert });
    },
    failed: (message) => log.warning(`the former certificate stays in use: ${message}`),
  });
}
