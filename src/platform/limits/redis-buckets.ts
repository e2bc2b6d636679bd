import { inTime } from '../in-time.ts'
import { type Redis, redisReady } from '../redis.ts'
import { type Buckets, CLOCK_SLACK_US } from './bucket.ts'

/** A key is kept so long after its bucket is full again: Redis's time runs on while the process that asks stands still. */
const KEPT_MS = 10_000

/** The twin of the statement in postgres-buckets.ts. A bucket that is full again expires by itself. */
const TAKE = `
local now, unit, depth, cost, keep = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local ahead = tonumber(redis.call('GET', KEYS[1]) or now) - now
if ahead < 0 or ahead > depth + ${CLOCK_SLACK_US} then ahead = 0 end
local room = math.max(0, math.floor((depth - ahead) / unit) - keep)
local taken = math.min(cost, room)
if taken < cost and ARGV[6] ~= '1' then taken = 0 end
if taken > 0 then
  local after = ahead + taken * unit
  redis.call('SET', KEYS[1], string.format('%.0f', now + after), 'PX', math.ceil(after / 1000) + ${KEPT_MS})
end
return { taken, ahead }`

export function redisBuckets(redis: Redis, prefix: string, nowUs: () => number): Buckets {
  const named = (key: string) => `${prefix}:limit:${key}`
  return {
    async ask({ key, unitUs, depthUs, cost, partial, keep }) {
      await redisReady(redis)
      const script = redis.eval(TAKE, 1, named(key), nowUs(), unitUs, depthUs, cost, keep, partial ? 1 : 0)
      const [taken, aheadUs] = (await inTime('Redis', script)) as [number, number]
      return { taken, aheadUs }
    },
    async look(keys) {
      await redisReady(redis)
      const now = nowUs()
      const arrivals = await inTime('Redis', redis.mget(keys.map(named)))
      return arrivals.map((arrival) => (arrival === null ? 0 : Number(arrival) - now))
    },
    sweep: async () => 0,
  }
}
