import type { Sample } from './measurement.js';
import { CONNECTIONS, roundTripName, STREAM_SIZES, streamName } from './names.js';
import { ratio } from './results.js';
import { HAPROXY, HAPROXY_SPLICE, PLAIN } from './subjects.js';
import { digits } from './table.js';

/** What a subject is to reach beside another one, as a ratio; or what it may take more. */
export interface Goal {
  readonly measurement: string;
  readonly subject: string;
  readonly base: string;
  readonly kind: 'at least' | 'at most' | 'beyond, below';
  readonly bound: number;
  /** What else it is worth comparing with, without a goal. */
  readonly also?: string;
}

export interface Verdict extends Goal {
  readonly measured: number;
  readonly reached: boolean;
  /** The ratio to `also`. */
  readonly measuredAlso: number | undefined;
}

const STREAMS = (['echo', 'sink', 'source'] as const).flatMap((mode) =>
  STREAM_SIZES.map((size) => streamName(mode, size)),
);
const ROUND_TRIPS = [16, 1024].map(roundTripName);

const wrapped = (measurement: string, kind: Goal['kind'], bound: number): Goal => ({
  ...{ measurement, subject: 'wswrap', base: PLAIN },
  ...{ kind, bound },
});
const proxied = (measurement: string, kind: Goal['kind'], bound: number): Goal => ({
  ...{ measurement, subject: 'wsproxy', base: HAPROXY, also: HAPROXY_SPLICE },
  ...{ kind, bound },
});

export const goals: readonly Goal[] = [
  ...ROUND_TRIPS.map((name) => wrapped(name, 'at most', 1.03)),
  ...STREAMS.map((name) => wrapped(name, 'at least', 0.95)),
  wrapped(CONNECTIONS, 'at least', 0.8),
  wrapped('memory, 10000 connections', 'beyond, below', 512),
  wrapped('redis GET, 16 at a time', 'at least', 0.97),
  ...['wswrap, base64', 'wswrap, hixie-76'].flatMap((subject) =>
    STREAM_SIZES.map((size) => ({
      ...wrapped(streamName('echo', size), 'at least', 0.35),
      ...{ subject, base: 'wswrap' },
    })),
  ),
  ...STREAMS.map((name) => proxied(name, 'at least', 1)),
  ...ROUND_TRIPS.map((name) => proxied(name, 'at most', 1.05)),
  proxied(CONNECTIONS, 'at least', 0.6),
];

function difference(samples: readonly Sample[], subject: string, base: string): number | undefined {
  const of = (name: string) => samples.find((sample) => sample.subject === name)?.value;
  const [own, its] = [of(subject), of(base)];
  return own === undefined || its === undefined ? undefined : own - its;
}

/** What became of the goals whose measurements were made. */
export function judge(samples: readonly Sample[]): Verdict[] {
  return goals.flatMap((goal) => {
    const { kind, subject, base, bound, also } = goal;
    const own = samples.filter(({ measurement }) => measurement === goal.measurement);
    const measured = (kind === 'beyond, below' ? difference : ratio)(own, subject, base);
    if (measured === undefined) return [];
    const reached = kind === 'at least' ? measured >= bound : measured <= bound;
    const measuredAlso = also === undefined ? undefined : ratio(own, subject, also);
    return [{ ...goal, measured, reached, measuredAlso }];
  });
}

export const boundText = ({ kind, bound }: Goal) =>
  kind === 'beyond, below' ? `below ${bound} more` : `${kind} ${bound.toFixed(2)}`;

export function measuredText({ kind, measured, also, measuredAlso }: Verdict): string {
  const text = kind === 'beyond, below' ? digits(measured) : measured.toFixed(2);
  return measuredAlso === undefined ? text : `${text} (beside ${also}: ${measuredAlso.toFixed(2)})`;
}

/** One line for a terminal. */
export function sentence(verdict: Verdict): string {
  const { subject, base, measurement, reached } = verdict;
  return `${reached ? 'reached' : 'NOT reached'}: ${subject} beside ${base}, ${measurement}: ${measuredText(verdict)}, goal: ${boundText(verdict)}`;
}
