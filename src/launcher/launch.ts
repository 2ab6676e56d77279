import { closeSync } from 'node:fs';
import { diagnose } from '../doctor/diagnose.js';
import { WswrapError } from '../error.js';
import { addon } from '../native/addon.js';
import { checkFolders } from '../relay/check-folders.js';
import { withLimitOfParent } from './descriptor-limit.js';
import type { Ending } from './ending.js';
import { childEnvironment } from './environment.js';
import { startKeeper } from './keeper.js';
import { checkedLibrary } from './library.js';
import { ListenWatch } from './listen-watch.js';
import { openLogChannel } from './log-channel.js';
import { namingLimits } from './naming-limits.js';
import { startRecorder } from './recorder.js';
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
  checkFolders(settings.services);
  const log = namingLimits(() => openLogChannel(logFile));
  const stateFd = namingLimits(() => addon.stateCreate());
  const counterFd = namingLimits(() => addon.recordingCounter());
  const order = { stateFd, logFd: log.fd, counterFd, settings };
  const keeper = await startKeeper(order);
  const recorder = startRecorder(order);
  closeSync(counterFd);
  const fixtures = { library, stateFd, logFd: log.fd, recorderFd: recorder?.fd };
  const env = childEnvironment(process.env, settings, fixtures);
  const ours = [keeper, recorder?.pid].filter((pid) => pid !== undefined);
  const watch = new ListenWatch(stateFd, settings.ports, report, ours);
  const signals = new SignalRelay();
  try {
    const running = withLimitOfParent(() => spawn(path, [command, ...args], env));
    log.handedOver();
    recorder?.handedOver();
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
