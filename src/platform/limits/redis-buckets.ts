import { inTime } from '../in-time.ts'
import { type Redis, redisReady } from '../redis.ts'
import { type Buckets, CLOCK_SLACK_US } from './bucket.ts'

/** The twin of the statement in postgres-buckets.ts. A bucket that is full again expires by itself. */
const TAKE = `
local now, unit, depth, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local ahead = tonumber(redis.call('GET', KEYS[1]) or now) - now
if ahead < 0 or ahead > depth + ${CLOCK_SLACK_US} then ahead = 0 end
local room = math.max(0, math.floor((depth - ahead) / unit))
local taken = math.min(cost, room)
if taken < cost and ARGV[5] ~= '1' then taken = 0 end
if taken > 0 then
  local after = ahead + taken * unit
  redis.call('SET', KEYS[1], string.format('%.0f', now + after), 'PX', math.ceil(after / 1000) + 1)
end
return { taken, ahead }`

export function redisBuckets(redis: Redis, prefix: string, nowUs: () => number): Buckets {
  return {
    async ask({ key, unitUs, depthUs, cost, partial }) {
      await redisReady(redis)
      const script = redis.eval(TAKE, 1, `${prefix}:limit:${key}`, nowUs(), unitUs, depthUs, cost, partial ? 1 : 0)
      const [taken, aheadUs] = (await inTime('Redis', script)) as [number, number]
      return { taken, aheadUs }
    },
    sweep: async () => 0,
  }
}
