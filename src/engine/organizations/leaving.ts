import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { SignIn } from './sign-in.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly signIn: Pick<SignIn, 'usersAfter' | 'forget'>
  /** Addresses of those who operate the platform: they need no membership. */
  readonly admins: readonly string[]
}

const DAY_MS = 24 * 3_600_000
/** How long whoever left may come back with the sign-in they had, and an invitation stays to be looked up once it is over. */
const LEFT_KEPT_DAYS = 90
const AT_ONCE = 500

/**
 * Forgets people who sign in to nothing: users that have belonged to no organization for 90 days, and the addresses of
 * invitations that ended 90 days ago.
 */
export function createForgetLeavers({ db, clock, signIn, admins }: Deps) {
  return async (): Promise<void> => {
    const now = clock.now()
    const before = new Date(now.getTime() - LEFT_KEPT_DAYS * DAY_MS)
    await db.run('leaving.invitations', 'delete from invitation where expires_at < $1', [before])
    for (let after: string | null = null; ; ) {
      const users: { id: string; email: string }[] = await signIn.usersAfter(after, AT_ONCE)
      const ids = users.filter(({ email }) => !admins.includes(email.toLowerCase())).map(({ id }) => id)
      // Whoever came back is not leaving; whoever is seen without an organization leaves from now on.
      const leaving = await db.run<{ user_id: string }>(
        'leaving.look',
        `with staying as (
           delete from user_leaving l where l.user_id = any($1::uuid[]) and exists (select from member m where m.user_id = l.user_id)
         ), seen as (
           insert into user_leaving (user_id, since) select u.id, $2 from unnest($1::uuid[]) as u(id)
           where not exists (select from member m where m.user_id = u.id) on conflict do nothing
         )
         select l.user_id from user_leaving l
         where l.user_id = any($1::uuid[]) and l.since < $3 and not exists (select from member m where m.user_id = l.user_id)`,
        [ids, now, before],
      )
      const gone = leaving.map(({ user_id }) => user_id)
      if (gone.length > 0) {
        await signIn.forget(gone)
        await db.run('leaving.gone', 'delete from user_leaving where user_id = any($1::uuid[])', [gone])
      }
      if (users.length < AT_ONCE) return
      after = users.at(-1)!.id
    }
  }
}
