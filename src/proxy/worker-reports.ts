import type { MetricValue } from 'prom-client';
import type { MetricsSnapshot } from './metrics.js';

type Metric = MetricsSnapshot[number];
/** A histogram's values have names of their own. */
type Value = MetricValue<string> & { readonly metricName?: string };

/**
 * What workers have measured, by what they have reported last. What one has counted that died stays in the sum, since
 * Prometheus takes a counter that decreases for one that has begun anew.
 */
export class WorkerReports {
  readonly #living = new Map<object, MetricsSnapshot[]>();
  /** By name and labels, so that it does not grow with every death. */
  readonly #dead = new Map<string, { metric: Metric; values: Map<string, Value> }>();

  report(worker: object, snapshots: MetricsSnapshot[]): void {
    this.#living.set(worker, snapshots);
  }

  ended(worker: object): void {
    for (const metric of this.#living.get(worker)?.flat() ?? []) {
      if (countsUp(metric)) this.#bury(metric);
    }
    this.#living.delete(worker);
  }

  get all(): MetricsSnapshot[] {
    const dead = [...this.#dead.values()].map(({ metric, values }) => ({
      ...metric,
      values: [...values.values()],
    }));
    return [dead, ...[...this.#living.values()].flat()];
  }

  #bury(metric: Metric): void {
    const grave = this.#dead.get(metric.name) ?? { metric, values: new Map<string, Value>() };
    for (const value of metric.values as Value[]) {
      const key = JSON.stringify([value.metricName, Object.entries(value.labels).sort()]);
      const before = grave.values.get(key)?.value ?? 0;
      grave.values.set(key, { ...value, value: before + value.value });
    }
    this.#dead.set(metric.name, grave);
  }
}

/** The type is a word in what comes from another process, though prom-client's declarations have an enumeration. */
function countsUp({ type }: Metric): boolean {
  return ['counter', 'histogram'].includes(String(type));
}
