import { CarillonError } from '@carillon/client'
import { Button, Group, NativeSelect, Paper, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { itemsOf, PagedList } from '../parts/paged-list.tsx'
import { toastProblem } from '../parts/problem.tsx'
import { Row, Rows } from '../parts/rows.tsx'
import { When } from '../parts/when.tsx'
import { supportWindowsQuery } from './queries.ts'

const HOURS = [1, 4, 24, 72] as const

/** Lets the platform's support look in for some hours, and says when they could. */
export function Support() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const windows = useInfiniteQuery(supportWindowsQuery)
  const [hours, setHours] = useState<number>(24)
  const [reason, setReason] = useState('')
  const lookAgain = () => queryClient.invalidateQueries({ queryKey: supportWindowsQuery.queryKey })

  const open = useMutation({
    mutationFn: () => carillon.supportWindows.open({ hours, reason }),
    onSuccess: () => setReason(''),
    // Somebody else opened one: the list will show it.
    onError: (error) => {
      if (!(error instanceof CarillonError && error.code === 'conflict')) toastProblem(error)
    },
    onSettled: lookAgain,
  })
  const close = useMutation({
    mutationFn: (id: string) => carillon.supportWindows.close(id),
    onError: toastProblem,
    onSettled: lookAgain,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    open.mutate()
  }

  return (
    <Stack gap="sm">
      <Text c="dimmed" fz="sm">
        {t('support.text')}
      </Text>
      {windows.data && !itemsOf(windows).some((window) => window.open) && (
        <Paper withBorder p="md" bg="var(--panel)" style={{ borderColor: 'var(--line)' }}>
          <form onSubmit={submit}>
            <Group align="flex-end" gap="sm">
              <TextInput
                style={{ flex: '1 1 260px' }}
                label={t('support.reason')}
                required
                withAsterisk={false}
                maxLength={500}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
              <NativeSelect
                label={t('support.howLong')}
                value={String(hours)}
                onChange={(event) => setHours(Number(event.currentTarget.value))}
                data={HOURS.map((count) => ({ value: String(count), label: t('support.hours', { count }) }))}
              />
              <Button type="submit" loading={open.isPending} disabled={!reason.trim()}>
                {t('support.open')}
              </Button>
            </Group>
          </form>
        </Paper>
      )}
      <PagedList list={windows} waiting={<Skeleton h={80} />} more={t('team.more')}>
        {(items) => (
          <Rows label={t('support.title')}>
            {items.map((window) => (
              <Row
                key={window.id}
                name={window.reason}
                second={
                  <>
                    {t('support.by', { name: window.openedBy })} · <When at={window.openedAt} />
                  </>
                }
              >
                <Group gap="sm">
                  <Text fz="sm" c={window.open ? 'var(--ink)' : 'dimmed'} fw={window.open ? 600 : 400}>
                    {window.open ? t('support.isOpen') : t('support.isClosed')}{' '}
                    <When at={window.open ? window.expiresAt : (window.closedAt ?? window.expiresAt)} />
                  </Text>
                  {window.open && (
                    <Button
                      size="xs"
                      variant="default"
                      loading={close.isPending}
                      onClick={() => close.mutate(window.id)}
                    >
                      {t('support.close')}
                    </Button>
                  )}
                </Group>
              </Row>
            ))}
          </Rows>
        )}
      </PagedList>
    </Stack>
  )
}
