import { Button, Group, Skeleton, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import { When } from '../parts/when.tsx'
import { invitationsQuery } from '../queries.ts'
import type { RoleName } from './roles.ts'
import { Row, Rows } from './rows.tsx'

export function InvitationList() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const invitations = useInfiniteQuery(invitationsQuery)
  const items = invitations.data?.pages.flatMap((page) => page.items)
  const revoke = useMutation({
    mutationFn: (id: string) => carillon.invitations.revoke(id),
    onError: toastProblem,
    onSettled: () => queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  })

  return (
    <>
      {invitations.error && <ProblemNotice error={invitations.error} onRetry={() => void invitations.refetch()} />}
      {invitations.isPending && <Skeleton h={60} />}
      {items?.length === 0 && (
        <Text fz="sm" c="dimmed">
          {t('team.noInvitations')}
        </Text>
      )}
      {items && items.length > 0 && (
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
      {invitations.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={invitations.isFetchingNextPage}
          onClick={() => void invitations.fetchNextPage()}
        >
          {t('team.more')}
        </Button>
      )}
    </>
  )
}
