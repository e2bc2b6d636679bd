import type { Member } from '@carillon/client'
import { ActionIcon, Group, Menu, NativeSelect, Skeleton, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDots, IconLock, IconLockOpen, IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Confirm } from '../parts/dialog.tsx'
import { Mark } from '../parts/mark.tsx'
import { PagedList } from '../parts/paged-list.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { sessionQuery } from '../session/queries.ts'
import { useMay, useSession } from '../session/session.ts'
import { membersQuery, rolesQuery } from './queries.ts'
import { mayHandle, type RoleName, toastRefusal } from './roles.ts'

export function MemberList() {
  const { t } = useTranslation()
  const members = useInfiniteQuery(membersQuery)
  return (
    <PagedList list={members} waiting={<Skeleton h={180} />} more={t('team.more')}>
      {(items) => (
        <Rows label={t('team.members')}>
          {items.map((member) => (
            <MemberRow key={member.id} member={member} />
          ))}
        </Rows>
      )}
    </PagedList>
  )
}

function MemberRow({ member }: { member: Member }) {
  const { t } = useTranslation()
  const session = useSession()
  const may = useMay()
  const queryClient = useQueryClient()
  const roles = useQuery(rolesQuery).data?.items ?? []
  const [removing, dialog] = useDisclosure()
  const name = member.name ?? member.email ?? '—'
  const isSelf = member.email === session.user.email
  const mine =
    may('members.manage') &&
    mayHandle(
      session,
      roles.find(({ role }) => role === member.role),
    )

  const act = useMutation({
    mutationFn: (deed: () => Promise<unknown>) => deed(),
    onError: toastRefusal,
    onSettled: () => {
      dialog.close()
      void queryClient.invalidateQueries({ queryKey: membersQuery.queryKey })
      void queryClient.invalidateQueries({ queryKey: rolesQuery.queryKey })
      if (isSelf) void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
    },
  })
  const change = (changes: { role?: RoleName; disabled?: boolean }) =>
    act.mutate(() => carillon.members.update(member.id, changes))

  return (
    <Row
      name={
        <Group gap="xs">
          <span>{name}</span>
          {isSelf && <Mark>{t('team.you')}</Mark>}
          {member.secondFactor !== null && (
            <Mark>{t(member.secondFactor ? 'team.secondFactor' : 'team.noSecondFactor')}</Mark>
          )}
          {member.disabledAt && <Mark>{t('team.disabled')}</Mark>}
        </Group>
      }
      second={member.email !== name && member.email}
    >
      {mine ? (
        <Group gap="xs" wrap="nowrap">
          <NativeSelect
            size="sm"
            aria-label={t('team.roleOf', { name })}
            value={member.role}
            disabled={act.isPending}
            onChange={(event) => change({ role: event.currentTarget.value as RoleName })}
            data={roles
              .filter((role) => role.role === member.role || mayHandle(session, role))
              .map(({ role }) => ({ value: role, label: t(`role.${role}`) }))}
          />
          <Menu position="bottom-end" withinPortal={false}>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={t('team.moreFor', { name })}>
                <IconDots size={18} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={
                  member.disabledAt ? <IconLockOpen size={16} aria-hidden /> : <IconLock size={16} aria-hidden />
                }
                onClick={() => change({ disabled: !member.disabledAt })}
              >
                {member.disabledAt ? t('team.enable') : t('team.disable')}
              </Menu.Item>
              <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={dialog.open}>
                {t('team.remove')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      ) : (
        <Text fz="sm">{t(`role.${member.role as RoleName}`)}</Text>
      )}
      <Confirm
        opened={removing}
        onClose={dialog.close}
        title={t('team.removeTitle', { name })}
        text={t('team.removeText')}
        confirm={t('team.remove')}
        risky
        pending={act.isPending}
        onConfirm={() => act.mutate(() => carillon.members.remove(member.id))}
      />
    </Row>
  )
}
