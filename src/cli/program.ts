import { Command } from 'commander';
import { constants } from '../native/addon.js';
import { alsoTcpOption } from './also-tcp.js';
import * as values from './option-values.js';
import { addHandshakeOptions, addLogOptions, addServiceOptions } from './shared-options.js';

/** The command line, as a table. Prints nothing and ends nothing by itself. */
export function program(): Command {
  const command = new Command('wswrap')
    .usage('[options] PORT[,PORT…] [--] COMMAND [ARG…]')
    .description('Runs COMMAND so that what it listens on at PORT speaks WebSocket.');
  addHandshakeOptions(command);
  addServiceOptions(command);
  command.addOption(alsoTcpOption());
  addLogOptions(command, 'standard error');
  return command
    .option('-v, --verbose', 'also log why connections are passed by')
    .option('-q, --quiet', 'no connection lines')
    .option('--check', 'only say whether COMMAND can be wrapped, and why')
    .version(constants.version, '--version', 'show the version')
    .helpOption('--help', 'show this')
    .argument('<PORT>', 'the ports to wrap', values.ports)
    .argument('<COMMAND...>', 'the server and its arguments')
    .configureHelp({ visibleArguments: () => [] })
    .enablePositionalOptions()
    .passThroughOptions()
    .exitOverride();
}
