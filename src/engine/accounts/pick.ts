/** One account that a message could go by. */
export interface Candidate {
  readonly accountId: string
  /** The lowest goes first; accounts of one position share the messages by weight. */
  readonly position: number
  /** 0 or more; only its proportion to the others of its position counts. */
  readonly weight: number
  /** 0 to 1: `scoreAt` of its health. */
  readonly health: number
  /** False while its breaker is open, it is told to wait, or the message may not go by it. */
  readonly available: boolean
}

/**
 * The account a message goes by, undefined when none is available. The first position that has an available account is
 * used with the probability of its health, else the next one; the last takes what is left.
 * @param random 0 up to 1, drawn once or more
 */
export function pick<C extends Candidate>(candidates: readonly C[], random: () => number): C | undefined {
  let left = candidates.filter((candidate) => candidate.available)
  while (left.length > 0) {
    const position = left.reduce((lowest, candidate) => Math.min(lowest, candidate.position), Number.POSITIVE_INFINITY)
    const group = left.filter((candidate) => candidate.position === position)
    left = left.filter((candidate) => candidate.position !== position)
    if (left.length === 0 || random() < healthOf(group)) return within(group, random())
  }
  return undefined
}

/** The mean of its members' health, each as much as its share. */
const healthOf = (group: readonly Candidate[]): number => {
  const shares = weightsOf(group)
  return group.reduce((sum, { health }, n) => sum + health * shares[n]!, 0) / total(shares)
}

function within<C extends Candidate>(group: readonly C[], random: number): C {
  const shares = weightsOf(group).map((weight, n) => weight * group[n]!.health)
  let point = random * total(shares)
  for (const [n, candidate] of group.entries()) {
    point -= shares[n]!
    if (point < 0) return candidate
  }
  // Every health 0, or the last bit of a floating-point sum.
  return group.at(-1)!
}

/** A position where nobody has a weight is shared evenly: an account that is available is never left unused for a zero. */
const weightsOf = (group: readonly Candidate[]): number[] =>
  group.some(({ weight }) => weight > 0) ? group.map(({ weight }) => weight) : group.map(() => 1)

const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0)
