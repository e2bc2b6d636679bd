import type { Database } from '../../platform/database/database.ts'
import type { CampaignStatus } from './campaign.ts'
import { findCampaign, rollUpCounts } from './campaign-store.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  /** Tells live pages of the organization. Whoever may see campaigns asks for the numbers: not every listener may. */
  readonly tell: (organizationId: string, campaign: { readonly id: string; readonly status: CampaignStatus }) => void
  readonly onError: (error: unknown) => void
}

interface Moved {
  readonly id: string
  readonly organization_id: string
}

/** A page that is looked at needs no more, and a campaign of a hundred thousand is not to tell of each. */
const TOLD_EVERY_MS = 1_000
/** Without news of this process's own, what others' messages came to is added up every so many turns. */
const IDLE_TURNS = 5

/**
 * Adds what messages of campaigns count for to their words, and tells live pages how far each is: at most once a second and
 * process. Whoever reads a campaign adds what still waits, so nobody sees the difference.
 */
export function createCampaignProgress({ db, tell, onError }: Deps) {
  const touched = new Map<string, string>()
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  let turns = 0

  async function turn(): Promise<void> {
    if (touched.size === 0 && ++turns % IDLE_TURNS !== 0) return
    for (let more = true; more; ) {
      const rolled = await rollUpCounts(db.run)
      more = rolled.more
      for (const { id, organization_id } of rolled.campaigns) touched.set(id, organization_id)
    }
    const moved = [...touched]
    touched.clear()
    for (const [id, organizationId] of moved) {
      const campaign = await findCampaign(db.run, organizationId, id)
      if (campaign) tell(organizationId, { id, status: campaign.status })
    }
  }

  return {
    /** A campaign is further than it was. */
    moved({ id, organization_id }: Moved): void {
      touched.set(id, organization_id)
    },
    start(): void {
      timer = setInterval(() => {
        running = running.then(turn).catch(onError)
      }, TOLD_EVERY_MS)
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await running
    },
  }
}
