import { Command, Option } from 'commander';

export interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly only?: readonly string[];
  readonly subjects?: readonly string[];
  readonly short?: true;
  readonly json?: string;
  readonly from?: string;
  readonly document?: string;
}

const command = new Command('npm run bench --')
  .description('Measures wrapped servers beside plain TCP and beside other ways to the same end.')
  .option(
    '--only <part...>',
    'only measurements whose names hold one of these, such as "echo, 64 B"',
  )
  .option('--subjects <name...>', 'only these beside plain TCP')
  .option('--rounds <number>', 'how often each is measured', Number, 5)
  .option('--seconds <number>', 'how long each time', Number, 0.5)
  .option('--short', 'few measurements in little time: the ones that goals are set for')
  .option('--json <file>', 'write all there is to know to that file')
  .option('--from <file>', 'measure nothing: take what --json has written')
  .addOption(
    new Option('--document [folder]', 'write performance.md and its drawing there').preset('docs'),
  )
  .addHelpText(
    'after',
    `
Beside plain TCP are measured wswrap, wsproxy, a proxy on npm's ws, and, where they are installed, haproxy, socat and
websockify; with a server made for it and, where they are installed, with Redis, PostgreSQL and Xtigervnc.
All of it takes about 25 minutes. The machine should have nothing else to do; what others took of it is told at the end.

Examples:
  npm run bench -- --short
  npm run bench -- --only "echo, 64 B" --subjects wswrap --rounds 9
  npm run bench -- --json all.json --document
  npm run bench -- --from all.json --document`,
  );

const SHORT_SECONDS = 0.3;
const SHORT_ROUNDS = 3;

/** Of the command line. */
export function parse(): Options {
  const given = command.parse().opts<Options>();
  return given.short ? { ...given, rounds: SHORT_ROUNDS, seconds: SHORT_SECONDS } : given;
}
