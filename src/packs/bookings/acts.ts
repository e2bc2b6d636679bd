import type { Act } from '../../engine/audit/acts.ts'

/** What the audit log says of the pack's routes. */
export const change = (act: string, values?: readonly string[]): Act => ({
  kind: 'change',
  act,
  ...(values && { values }),
})
export const look = (act: string): Act => ({ kind: 'look', act })
export const SETTINGS: Act = { kind: 'none', why: 'settings, nobody’s data' }
