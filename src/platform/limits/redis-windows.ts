import { inTime } from '../in-time.ts'
import { type Redis, redisReady } from '../redis.ts'
import { CLOCK_SLACK_US } from './bucket.ts'
import { SLICES_KEPT, type Slices, type WindowAnswer, type WindowAsk, type WindowStore } from './window.ts'

const CLOCK_SLACK_MS = CLOCK_SLACK_US / 1_000

/** The twin of the statement in postgres-windows.ts: all keys in one script. A value is the slot and its counts; an empty window expires. */
const TAKE = `
local now = tonumber(ARGV[1])
local answers = {}
for k = 1, #KEYS do
  local at = 3 * k
  local slice, wanted, most = tonumber(ARGV[at - 1]), tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local slot, counts, used = math.floor(now / slice), {}, 0
  local text = redis.call('GET', KEYS[k])
  if text then
    local kept, passed, n = nil, 0, 0
    for number in string.gmatch(text, '%d+') do
      if not kept then
        kept = tonumber(number)
        if kept - slot > math.ceil(${CLOCK_SLACK_MS} / slice) + 1 then kept = slot end
        passed = math.max(0, slot - kept)
        slot = math.max(slot, kept)
        for i = 1, math.min(passed, ${SLICES_KEPT}) do counts[i] = 0 end
      else
        n = n + 1
        if passed + n <= ${SLICES_KEPT} then
          counts[passed + n] = tonumber(number)
          used = used + counts[passed + n]
        end
      end
    end
  end
  local taken = math.max(0, math.min(wanted, most - used))
  counts[1] = (counts[1] or 0) + taken
  local value = string.format('%.0f', slot)
  for i = 1, #counts do value = value .. ' ' .. string.format('%.0f', counts[i]) end
  redis.call('SET', KEYS[k], value, 'PX', string.format('%.0f', (slot + ${SLICES_KEPT}) * slice - now))
  answers[2 * k - 1] = taken
  answers[2 * k] = value
end
return answers`

const GIVE_BACK = `
for k = 1, #KEYS do
  local text = redis.call('GET', KEYS[k])
  if text then
    local slot, count, rest = string.match(text, '^(%d+) (%d+)(.*)$')
    if tonumber(slot) == tonumber(ARGV[2 * k - 1]) then
      local left = math.max(0, tonumber(count) - tonumber(ARGV[2 * k]))
      redis.call('SET', KEYS[k], slot .. ' ' .. string.format('%.0f', left) .. rest, 'KEEPTTL')
    end
  end
end`

export function redisWindows(redis: Redis, prefix: string): WindowStore {
  const named = (key: string) => `${prefix}:window:${key}`
  async function take(asks: readonly WindowAsk[], nowMs: number): Promise<WindowAnswer[]> {
    await redisReady(redis)
    const script = redis.eval(
      TAKE,
      asks.length,
      ...asks.map((ask) => named(ask.key)),
      nowMs,
      ...asks.flatMap((ask) => [ask.sliceMs, ask.wanted, ask.limit]),
    )
    const answers = (await inTime('Redis', script)) as (number | string)[]
    return asks.map((_, index) => ({
      taken: answers[2 * index] as number,
      ...slicesOf(answers[2 * index + 1] as string),
    }))
  }

  return {
    take,
    takeEach: async (asks, nowMs) => (await take(asks, nowMs)).map(({ taken }) => taken),

    async giveBack(returns) {
      await redisReady(redis)
      const keys = returns.map(({ key }) => named(key))
      await inTime(
        'Redis',
        redis.eval(GIVE_BACK, keys.length, ...keys, ...returns.flatMap((one) => [one.slot, one.count])),
      )
    },

    async look(keys) {
      await redisReady(redis)
      const texts = await inTime('Redis', redis.mget(keys.map(named)))
      return texts.map((text) => (text === null ? undefined : slicesOf(text)))
    },

    sweep: async () => 0,
  }
}

function slicesOf(text: string): Slices {
  const [slot = 0, ...counts] = text.split(' ').map(Number)
  return { slot, counts }
}
