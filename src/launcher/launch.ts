import { diagnose } from '../doctor/diagnose.js';
import { WswrapError } from '../error.js';
import { addon } from '../native/addon.js';
import { withLimitOfParent } from './descriptor-limit.js';
import type { Ending } from './ending.js';
import { childEnvironment } from './environment.js';
import { startKeeper } from './keeper.js';
import { checkedLibrary } from './library.js';
import { ListenWatch } from './listen-watch.js';
import { openLogChannel } from './log-channel.js';
import type { Launch } from './settings.js';
import { SignalRelay } from './signal-relay.js';
import { spawn } from './spawn.js';

/** Runs the command wrapped, until it ends; `report` gets what the user should know of the launcher's own finding. */
export async function launch(
  { command, args, logFile, settings }: Launch,
  report: (message: string) => void,
): Promise<Ending> {
  const path = wrappablePath(command, args);
  const library = checkedLibrary();
  const log = openLogChannel(logFile);
  const stateFd = addon.stateCreate();
  await startKeeper({ stateFd, logFd: log.fd, settings });
  const env = childEnvironment(process.env, settings, { library, stateFd, logFd: log.fd });
  const watch = new ListenWatch(stateFd, settings.ports, report);
  const signals = new SignalRelay();
  try {
    const running = withLimitOfParent(() => spawn(path, [command, ...args], env));
    log.handedOver();
    signals.deliverTo((signal) => running.kill(signal));
    void watch.whileRunning();
    const ending = await running.ended;
    signals.end();
    await watch.whenEnded(command, 'exitCode' in ending);
    return ending;
  } finally {
    signals.end();
    log.finish();
  }
}

function wrappablePath(command: string, args: readonly string[]): string {
  const { path, verdict } = diagnose(command, args);
  if (verdict.wrappable) return path;
  throw new WswrapError(
    'cannot-wrap',
    `${command} cannot be wrapped: ${verdict.reason}. ${verdict.advice}`,
  );
}
