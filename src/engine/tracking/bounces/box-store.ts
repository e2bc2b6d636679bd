import type { Database } from '../../../platform/database/database.ts'

type Run = Database['run']

/** How far a mailbox has been read. UIDs count on within one `uidValidity` (RFC 3501 §2.3.1.1); null before it was first read. */
export interface BoxPosition {
  readonly uidValidity: bigint | null
  readonly lastUid: number
}

/** Takes the mailbox, or goes on holding it, until `until`. Undefined while another process has it. */
export async function holdBox(
  run: Run,
  { name, holder, now, until }: { name: string; holder: string; now: Date; until: Date },
): Promise<BoxPosition | undefined> {
  const [row] = await run<{ uid_validity: string | null; last_uid: string }>(
    'bounce-box.hold',
    `insert into bounce_box as b (name, held_by, held_until) values ($1, $2::uuid, $4::timestamptz)
     on conflict (name) do update set held_by = $2::uuid, held_until = $4::timestamptz
       where b.held_by = $2::uuid or b.held_until is null or b.held_until < $3::timestamptz
     returning uid_validity, last_uid`,
    [name, holder, now, until],
  )
  return (
    row && { uidValidity: row.uid_validity === null ? null : BigInt(row.uid_validity), lastUid: Number(row.last_uid) }
  )
}

/** Everything up to here is kept. False: another process has the mailbox by now. */
export async function moveBox(
  run: Run,
  { name, holder, uidValidity, lastUid }: { name: string; holder: string } & BoxPosition,
): Promise<boolean> {
  const rows = await run(
    'bounce-box.move',
    'update bounce_box set uid_validity = $3::bigint, last_uid = $4::bigint where name = $1 and held_by = $2::uuid returning name',
    [name, holder, String(uidValidity), lastUid],
  )
  return rows.length > 0
}

/** Lets the next process have it at once. */
export const releaseBox = (run: Run, name: string, holder: string) =>
  run('bounce-box.release', 'update bounce_box set held_until = null where name = $1 and held_by = $2::uuid', [
    name,
    holder,
  ])
