import type { Within } from '../../engine/packs/surface.ts'
import { AppError } from '../../errors.ts'

const GONE = new Set(['contact_erased', 'not_found'])

/** Plans or moves a subject's reminders. Whoever was erased or deleted is reminded of nothing, and holds up nothing. */
export async function planFor(within: Within, plan: Parameters<Within['plan']>[0]): Promise<void> {
  try {
    await within.plan(plan)
  } catch (error) {
    if (!(error instanceof AppError) || !GONE.has(error.code)) throw error
    await within.unplan(plan.subject)
  }
}
