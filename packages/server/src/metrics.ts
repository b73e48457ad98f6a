/** The figures of this process for Prometheus. What the hub and the storage count themselves is read when asked for. */

import type { Storage } from '@suda/core'
import type { HubStatus } from '@suda/hub'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { AppMetrics } from './context.ts'

export interface MetricsSources {
  readonly storage: Pick<Storage, 'status'>
  readonly hub: { status(): HubStatus }
}

const PERCENTILES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

export function createMetrics({ storage, hub }: MetricsSources): AppMetrics {
  const registry = new Registry()
  // Event-loop delay, memory, garbage collection: under the names that dashboards know.
  collectDefaultMetrics({ register: registry })
  watchHub(registry, () => hub.status())
  watchStorage(registry, () => storage.status())
  return {
    ...watchEdge(registry),
    async render() {
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

function watchEdge(registry: Registry): Omit<AppMetrics, 'render'> {
  const registers = [registry]
  const requests = new Histogram({
    name: 'suda_http_request_duration_seconds',
    help: 'Answered HTTP requests, by route template; streams are counted when they end.',
    labelNames: ['method', 'route', 'status'],
    buckets: PERCENTILES,
    registers,
  })
  const streams = new Gauge({ name: 'suda_streams', help: 'Open streams, by kind.', labelNames: ['kind'], registers })
  return {
    requestEnded: ({ method, route, status, seconds }) => requests.observe({ method, route, status }, seconds),
    streamOpened: (kind) => streams.inc({ kind }),
    streamClosed: (kind) => streams.dec({ kind }),
  }
}

function watchHub(registry: Registry, status: () => HubStatus): void {
  count(registry, 'suda_deliveries_total', 'Frames handed to streams.', () => status().deliveries)
  count(
    registry,
    'suda_coalesced_frames_total',
    'Frames that left together with one before them.',
    () => status().coalesced,
  )
  count(registry, 'suda_lags_total', 'Readers that fell behind.', () => status().lags)
  count(
    registry,
    'suda_lag_recoveries_total',
    'Readers that had fallen behind and caught up.',
    () => status().lagRecoveries,
  )
  count(registry, 'suda_stream_failures_total', 'Streams that ended because a read failed.', () => status().failures)
  countBy(registry, 'reason', 'suda_resets_total', 'Readers that were told to load anew.', () => status().resets)
  countBy(registry, 'reason', 'suda_byes_total', 'Streams that the server ended.', () => status().byes)
  countBy(
    registry,
    'source',
    'suda_replays_total',
    'Readers that were served what they had missed.',
    () => status().replays,
  )
  gauge(registry, 'suda_ring_bytes', 'Size of the newest changes kept in memory.', () => status().ring.bytes)
  gauge(registry, 'suda_ring_changes', 'Number of the newest changes kept in memory.', () => status().ring.count)
  gauge(registry, 'suda_head_position', 'Position of the newest change that readers may have.', () => status().head)
}

function watchStorage(registry: Registry, status: () => ReturnType<Storage['status']>): void {
  gauge(registry, 'suda_feed_lag_seconds', 'From the newest commit to the feed.', () => status().feedLagMs / 1000)
  count(registry, 'suda_commit_groups_total', 'Transactions.', () => status().commits.groups)
  count(registry, 'suda_commits_total', 'Commands in transactions, refused ones too.', () => status().commits.commands)
  count(registry, 'suda_commit_seconds_total', 'Time that transactions took.', () => status().commits.seconds)
  gauge(
    registry,
    'suda_erasing',
    'Deleted rooms whose content, and deleted users whose names, are still being erased.',
    () => status().erasing,
  )
  gauge(registry, 'suda_storage_fault', 'Whether nothing can be written now.', () =>
    status().fault === undefined ? 0 : 1,
  )
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const metric = new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(read())
    },
  })
  registry.registerMetric(metric)
}

function count(registry: Registry, name: string, help: string, read: () => number): void {
  const metric = new Counter({
    name,
    help,
    registers: [],
    collect() {
      this.reset()
      this.inc(read())
    },
  })
  registry.registerMetric(metric)
}

function countBy(
  registry: Registry,
  label: string,
  name: string,
  help: string,
  read: () => Readonly<Record<string, number>>,
): void {
  const metric = new Counter({
    name,
    help,
    labelNames: [label],
    registers: [],
    collect() {
      this.reset()
      for (const [value, total] of Object.entries(read())) this.inc({ [label]: value }, total)
    },
  })
  registry.registerMetric(metric)
}
