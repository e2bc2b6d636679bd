import type { Role } from '@carillon/client'
import { Accordion, Button, Checkbox, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { ProblemNotice } from '../parts/problem.tsx'
import { sessionQuery } from '../session/queries.ts'
import { useMay, useSession } from '../session/session.ts'
import { rolesQuery } from './queries.ts'
import { mayHandle, type Permission, textOf, toastRefusal } from './roles.ts'

/** What each role may do; who manages members decides it, as far as they may do it themselves. */
export function RoleList() {
  const { t } = useTranslation()
  const roles = useQuery(rolesQuery)
  return (
    <>
      <Text c="dimmed" fz="sm" mb="sm">
        {t('team.rolesText')}
      </Text>
      {roles.error && <ProblemNotice error={roles.error} onRetry={() => void roles.refetch()} />}
      {roles.isPending && <Skeleton h={240} />}
      {roles.data && (
        <Accordion variant="contained" styles={{ item: { background: 'var(--panel)' } }}>
          {roles.data.items.map((role) => (
            <Accordion.Item key={role.role} value={role.role}>
              <Accordion.Control>
                <Group gap="xs">
                  <Text fw={600}>{t(`role.${role.role}`)}</Text>
                  <Text fz="sm" c="dimmed">
                    {t('team.countOf', { count: role.members })}
                    {role.custom && ` · ${t('team.custom')}`}
                  </Text>
                </Group>
              </Accordion.Control>
              <Accordion.Panel>
                <RoleForm
                  key={role.permissions.join()}
                  role={role}
                  all={roles.data.permissions.map(({ name }) => name)}
                />
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
    </>
  )
}

function RoleForm({ role, all }: { role: Role; all: readonly Permission[] }) {
  const { t } = useTranslation()
  const session = useSession()
  const may = useMay()
  const queryClient = useQueryClient()
  const [chosen, setChosen] = useState<readonly Permission[]>(role.permissions)
  const name = t(`role.${role.role}`)
  const isOwner = role.role === 'owner'
  const mine = !isOwner && may('members.manage') && mayHandle(session, role)
  const changed = all.some((permission) => chosen.includes(permission) !== role.permissions.includes(permission))

  const save = useMutation({
    mutationFn: (permissions: Permission[] | null) => carillon.roles.update(role.role, permissions),
    onSuccess: () => notifications.show({ color: 'green', message: t('team.roleSaved', { name }) }),
    onError: toastRefusal,
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: rolesQuery.queryKey })
      void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
    },
  })

  return (
    <Stack>
      {isOwner && (
        <Text fz="sm" c="dimmed">
          {t('team.ownerText')}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        {all.map((permission) => (
          <Checkbox
            key={permission}
            label={t(`permission.${textOf(permission)}`)}
            checked={chosen.includes(permission)}
            disabled={!mine || !(may(permission) || role.permissions.includes(permission))}
            onChange={({ currentTarget: { checked } }) =>
              setChosen((before) => (checked ? [...before, permission] : before.filter((one) => one !== permission)))
            }
          />
        ))}
      </SimpleGrid>
      {mine && (
        <Group justify="flex-end">
          {role.custom && (
            <Button variant="default" disabled={save.isPending} onClick={() => save.mutate(null)}>
              {t('team.reset')}
            </Button>
          )}
          <Button disabled={!changed} loading={save.isPending} onClick={() => save.mutate([...chosen])}>
            {t('providers.save')}
          </Button>
        </Group>
      )}
    </Stack>
  )
}
