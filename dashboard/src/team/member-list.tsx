import type { Member } from '@carillon/client'
import { ActionIcon, Badge, Button, Group, Menu, Modal, NativeSelect, Skeleton, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDots, IconLock, IconLockOpen, IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { ProblemNotice } from '../parts/problem.tsx'
import { membersQuery, rolesQuery, sessionQuery } from '../queries.ts'
import { useMay, useSession } from '../session/session.ts'
import { mayHandle, type RoleName, toastRefusal } from './roles.ts'
import { Row, Rows } from './rows.tsx'

export function MemberList() {
  const { t } = useTranslation()
  const members = useInfiniteQuery(membersQuery)
  const items = members.data?.pages.flatMap((page) => page.items)
  return (
    <>
      {members.error && <ProblemNotice error={members.error} onRetry={() => void members.refetch()} />}
      {members.isPending && <Skeleton h={180} />}
      {items && (
        <Rows label={t('team.members')}>
          {items.map((member) => (
            <MemberRow key={member.id} member={member} />
          ))}
        </Rows>
      )}
      {members.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={members.isFetchingNextPage}
          onClick={() => void members.fetchNextPage()}
        >
          {t('team.more')}
        </Button>
      )}
    </>
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
      <Modal
        opened={removing}
        onClose={dialog.close}
        title={t('team.removeTitle', { name })}
        centered
        closeButtonProps={{ 'aria-label': t('actions.back') }}
      >
        <Text fz="sm">{t('team.removeText')}</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={dialog.close}>
            {t('actions.back')}
          </Button>
          <Button
            color="red"
            loading={act.isPending}
            onClick={() => act.mutate(() => carillon.members.remove(member.id))}
          >
            {t('team.remove')}
          </Button>
        </Group>
      </Modal>
    </Row>
  )
}

function Mark({ children }: { children: string }) {
  return (
    <Badge variant="default" radius="sm" tt="none" fw={500} style={{ color: 'var(--ink-2)' }}>
      {children}
    </Badge>
  )
}
