import { createPostgresRelayBackend, createRedisRelayBackend, type PgPool, Relay } from 'bullmq'
import pg from 'pg'
import { openRedis, redisReady } from '../redis.ts'

/** The relays of one process, on one kind of server. */
export interface RelayServer {
  relay(): Relay
  /** Throws soon when the server is known to be gone. */
  ready(): Promise<void>
  close(): Promise<void>
}

/** A node that was wiped away notices at its next heartbeat. */
const TIMES = { leaseDuration: 20_000, heartbeatInterval: 3_000, blockTimeout: 10_000 }

/** Connections: two. */
export function openRedisRelay(url: string, prefix: string, onError: (error: Error) => void): RelayServer {
  const connection = openRedis(url, { onError, name: `${prefix}-realtime` })
  return {
    relay: () => new Relay({ connection, prefix, namespace: prefix, backend: createRedisRelayBackend, ...TIMES }),
    ready: () => redisReady(connection),
    close: async () => connection.disconnect(),
  }
}

/** Connections: up to three, one of which listens. */
export function openPostgresRelay(url: string, prefix: string, onError: (error: Error) => void): RelayServer {
  const pool = new pg.Pool({
    connectionString: url,
    max: 3,
    connectionTimeoutMillis: 2_000,
    query_timeout: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'carillon-realtime',
    options: '-c search_path=bullmq -c synchronous_commit=off',
  })
  pool.on('error', onError)
  // One that ends while it is taken fails the statement it was taken for, and not the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  // BullMQ describes a pool in its own words; it documents that a pg.Pool is one.
  const connection = pool as unknown as PgPool
  return {
    relay: () => new Relay({ connection, namespace: prefix, backend: createPostgresRelayBackend, ...TIMES }),
    ready: async () => {},
    close: () => pool.end(),
  }
}
