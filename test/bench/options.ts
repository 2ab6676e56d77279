import { Command, InvalidArgumentError, Option } from 'commander';

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

/** How often and how long, when the user leaves that to us. */
const LONG = { rounds: 5, seconds: 0.5 };
const SHORT = { rounds: 3, seconds: 0.3 };

const or = (name: keyof typeof LONG) => `(default: ${LONG[name]}, with --short ${SHORT[name]})`;

function rounds(text: string): number {
  if (!/^[1-9]\d*$/.test(text))
    throw new InvalidArgumentError('It has to be a whole number from 1.');
  return Number(text);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value)))
    throw new InvalidArgumentError('It has to be a number above 0.');
  return value;
}

export const program = () =>
  new Command('npm run bench --')
    .description('Measures wrapped servers beside plain TCP and beside other ways to the same end.')
    .option(
      '--only <part...>',
      'only measurements whose names hold one of these, such as "echo, 64 B"',
    )
    .option('--subjects <name...>', 'only these beside plain TCP')
    .option('--rounds <number>', `how often each is measured ${or('rounds')}`, rounds)
    .option('--seconds <number>', `how long each time ${or('seconds')}`, seconds)
    .option('--short', 'few measurements in little time: the ones that goals are set for')
    .option('--json <file>', 'write all there is to know to that file')
    .option('--from <file>', 'measure nothing: take what --json has written')
    .addOption(
      new Option('--document [folder]', 'write performance.md and its drawing there').preset(
        'docs',
      ),
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

/** Of the command line. */
export function parse(
  words: readonly string[] = process.argv.slice(2),
  command = program(),
): Options {
  const given = command.parse(words, { from: 'user' }).opts<Partial<Options>>();
  return { ...(given.short ? SHORT : LONG), ...given };
}
