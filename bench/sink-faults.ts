/** Where in a conversation a mail server may misbehave. `content`: after the final dot. */
export type SinkStage = 'greeting' | 'mail' | 'rcpt' | 'data' | 'content'

/** One way to misbehave, for a share of what comes to that stage. */
export interface SinkFault {
  readonly at: SinkStage
  /** 0 to 1. */
  readonly share: number
  /** `drop` hangs up without a word, `hang` stays silent on this connection for ever; otherwise the line it answers. */
  readonly answer: 'drop' | 'hang' | `${4 | 5}${string}`
  /** At `content`: the mail was taken all the same. */
  readonly keeps?: boolean
}

let faults: readonly SinkFault[] = []
let random: () => number = Math.random

export function setFaults(next: readonly SinkFault[], seed: number): void {
  faults = next
  random = randomFrom(seed)
}

/** What goes wrong here this time, if anything. */
export function faultAt(stage: SinkStage): SinkFault | undefined {
  if (faults.length === 0) return undefined
  let left = random()
  for (const fault of faults) {
    if (fault.at !== stage) continue
    if (left < fault.share) return fault
    left -= fault.share
  }
  return undefined
}

/** Mulberry32: small, and the same everywhere for the same seed. Gives numbers from 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
