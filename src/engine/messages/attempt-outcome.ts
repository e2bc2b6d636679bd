/** How a try ended; the position is what the attempt table holds. Null there: under way, or lost with its worker. */
export const OUTCOMES = ['sent', 'refused', 'uncertain'] as const
