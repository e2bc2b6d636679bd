import type { Role, Session } from '@carillon/client'
import { CarillonError } from '@carillon/client'
import { notifications } from '@mantine/notifications'
import i18next from 'i18next'
import { toastProblem } from '../parts/problem.tsx'

export type RoleName = Role['role']
export type Permission = Role['permissions'][number]
type Underscored<Name> = Name extends `${infer Noun}.${infer Verb}` ? `${Noun}_${Verb}` : never

/** A permission's name as the texts have it: dots part their levels. */
export const textOf = (permission: Permission) => permission.replace('.', '_') as Underscored<Permission>

/** Whether a role is theirs to give and to take: as the server decides, so that no page offers what it refuses. */
export function mayHandle(
  { role, permissions }: Session,
  other: Pick<Role, 'role' | 'permissions'> | undefined,
): boolean {
  if (!other) return false
  if (other.role === 'owner') return role === 'owner'
  return other.permissions.every((permission) => permissions.includes(permission))
}

/** Why a change of the team was refused, in words of the team. */
export function toastRefusal(error: unknown): void {
  const message =
    error instanceof CarillonError && error.code === 'conflict'
      ? i18next.t('team.lastOwner')
      : error instanceof CarillonError && error.code === 'forbidden'
        ? i18next.t('team.beyond')
        : undefined
  if (message === undefined) toastProblem(error)
  else notifications.show({ color: 'red', title: i18next.t('problem.title'), message })
}
