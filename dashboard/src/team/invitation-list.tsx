import { Button, Group, Skeleton, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { PagedList } from '../parts/paged-list.tsx'
import { toastProblem } from '../parts/problem.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { When } from '../parts/when.tsx'
import { invitationsQuery } from './queries.ts'
import type { RoleName } from './roles.ts'

export function InvitationList() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const invitations = useInfiniteQuery(invitationsQuery)
  const revoke = useMutation({
    mutationFn: (id: string) => carillon.invitations.revoke(id),
    onError: toastProblem,
    onSettled: () => queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  })

  return (
    <PagedList
      list={invitations}
      waiting={<Skeleton h={60} />}
      empty={
        <Text fz="sm" c="dimmed">
          {t('team.noInvitations')}
        </Text>
      }
      more={t('team.more')}
    >
      {(items) => (
        <Rows label={t('team.invitations')}>
          {items.map(({ id, email, role, status, expiresAt }) => (
            <Row key={id} name={email} second={t(`role.${role as RoleName}`)}>
              <Group gap="sm">
                <Text fz="sm" c="dimmed">
                  {t(`invitationStatus.${status}`)}
                  {status === 'pending' && (
                    <>
                      {' · '}
                      {t('team.until')} <When at={expiresAt} />
                    </>
                  )}
                </Text>
                {status === 'pending' && (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={t('team.revokeOf', { email })}
                    loading={revoke.isPending && revoke.variables === id}
                    onClick={() => revoke.mutate(id)}
                  >
                    {t('team.revoke')}
                  </Button>
                )}
              </Group>
            </Row>
          ))}
        </Rows>
      )}
    </PagedList>
  )
}
